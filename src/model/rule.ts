import type { App, ApplicationProperty, ServicePrincipal, ServicePrincipalProperty } from './app.js';
import type { Remedy } from './remediation.js';
import type { AppRemedy, RemedyOptions } from './remedy.js';
import type { Tenant, TenantPart } from './tenant.js';

export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** The kind of directory object that a violation is about. */
export type Subject = 'application' | 'servicePrincipal' | 'tenant';

/** Facts behind a violation: flat, small, free of secrets. A change of evidence is a change of the finding. */
export type Evidence = Readonly<Record<string, string | number | boolean | null>>;

/**
 * What was not there when a rule looked, although it may have come since, or no listing shows it:
 * - `servicePrincipal`: of the app;
 * - `resource`: the service principal of an API that the application asks for;
 * - `preAuthorization`: of the client by such an API;
 * - `classification`: of a permission of such an API;
 * - `appRoleAssignment`: of an application permission of such an API;
 * - `assignment`: of anybody to the app.
 */
export type Absence =
  | 'servicePrincipal'
  | 'resource'
  | 'preAuthorization'
  | 'classification'
  | 'appRoleAssignment'
  | 'assignment';

/** What a rule found wrong, as plain data. */
export interface Violation {
  on: Subject;
  /** The object id of the application or service principal; the tenant id for a tenant. */
  objectId: string;
  /** Tells violations of one rule on one object apart, for example a `keyId`; left out where there can be but one. */
  key?: string;
  /** Where it differs from the rule's. */
  severity?: Severity;
  /** One sentence, ends with a period. May hold names written by strangers. */
  message: string;
  evidence: Evidence;
  /** The violation rests on something that was not there: it is confirmed by a direct read before it is stored. */
  restsOnAbsenceOf?: Absence;
}

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
  cannotTell?(app: App<A, S>, tenant: Tenant<T>): readonly Pick<Violation, 'objectId' | 'key'>[];
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
  cannotTell?(tenant: Tenant<T>): string | undefined;
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
