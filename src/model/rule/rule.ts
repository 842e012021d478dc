import type { App, ApplicationProperty, ServicePrincipal, ServicePrincipalProperty } from '../entra/app.js';
import type { Remedy } from '../remediation/remediation.js';
import type { Tenant, TenantPart } from '../tenant/tenant.js';
import type { AppRemedy, RemedyOptions } from './remedy.js';
import type { Severity, Violation } from './violation.js';

interface RuleFacts {
  /** `no-<bad>` or `require-<good>`; never renamed. */
  readonly id: string;
  /** States the compliant fact. */
  readonly title: string;
  readonly severity: Severity;
  /** The AADSTS codes that a user would see, most likely first. */
  readonly codes: readonly string[];
}

/** The Graph properties and tenant parts that a rule reads; the compiler forbids `check` to read any other. */
export interface Select<A extends ApplicationProperty, S extends ServicePrincipalProperty, T extends TenantPart> {
  readonly application?: readonly A[];
  readonly servicePrincipal?: readonly S[];
  readonly tenant?: readonly T[];
}

/** A rule that judges every app of the tenant. */
export interface AppRule<
  A extends ApplicationProperty = ApplicationProperty,
  S extends ServicePrincipalProperty = ServicePrincipalProperty,
  T extends TenantPart = TenantPart,
> extends RuleFacts {
  readonly on: 'app';
  readonly select: Select<A, S, T>;
  check(app: App<A, S>, tenant: Tenant<T>): readonly Violation[];
  /**
   * Whether the rule may find anything about a service principal that has no application here. Asked of rules that
   * select `resources`: such a principal is then kept until all resources are known, which costs memory. True unless
   * given.
   */
  concernsLonePrincipal?(servicePrincipal: ServicePrincipal<S>): boolean;
  /**
   * The third answer, where Graph does not tell what decides: which violations of this app there may be or not. What was
   * found of them before is not taken for ended. Asked of apps with findings; unless given, nothing found means nothing
   * wrong.
   */
  undetermined?(app: App<A, S>, tenant: Tenant<T>): readonly Pick<Violation, 'objectId' | 'key'>[];
  /** Where the violation can be ended by a request to Graph. */
  readonly remedy?: AppRemedy;
}

/** A rule that judges the tenant itself. */
export interface TenantRule<T extends TenantPart = TenantPart> extends RuleFacts {
  readonly on: 'tenant';
  readonly select: Select<never, never, T>;
  check(tenant: Tenant<T>): readonly Violation[];
  /**
   * The third answer, where Graph does not tell what decides: what that is, in a sentence. The rule then counts as not
   * examined, so that what it found before is not taken for ended. Unless given, nothing found means nothing wrong.
   */
  undetermined?(tenant: Tenant<T>): string | undefined;
  readonly remedy?: TenantRemedy<T>;
}

/** How violations of a tenant rule are ended. */
export interface TenantRemedy<T extends TenantPart = TenantPart> {
  /** The least application permission that the plan's requests need. */
  readonly permission: string;
  plan(violation: Violation, tenant: Tenant<T>, options: RemedyOptions): Remedy;
}

export type Rule = AppRule | TenantRule;

/** Declares an app rule; the types of `check` follow from `select`. */
export function appRule<
  const A extends ApplicationProperty = never,
  const S extends ServicePrincipalProperty = never,
  const T extends TenantPart = never,
>(rule: Omit<AppRule<A, S, T>, 'on'>): AppRule<A, S, T> {
  return Object.freeze({ ...rule, on: 'app' });
}

/** Declares a tenant rule; the types of `check` follow from `select`. */
export function tenantRule<const T extends TenantPart = never>(rule: Omit<TenantRule<T>, 'on'>): TenantRule<T> {
  return Object.freeze({ ...rule, on: 'tenant' });
}
