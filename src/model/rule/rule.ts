import type { App, ApplicationProperty, ServicePrincipal, ServicePrincipalProperty } from '../entra/app.js';
import type { ManualFix, ManualFixFacts } from '../remediation/manual-fix.js';
import type { Remedy } from '../remediation/remediation.js';
import type { Tenant, TenantPart } from '../tenant/tenant.js';
import type { AppRemedy, RemedyOptions } from './remedy.js';
import type { NoUndo, PolicyUndo } from './undo.js';
import type { Severity, Violation } from './violation.js';

interface RuleFacts {
  /** `no-<bad>` or `require-<good>`; it never changes. */
  readonly id: string;
  /** States the compliant fact. */
  readonly title: string;
  /** Names the violation in a short noun phrase, for lists, cards and reports. */
  readonly problem: string;
  readonly severity: Severity;
  /** The AADSTS codes that a user can see, most likely first. */
  readonly codes: readonly string[];
  /** How a person fixes a finding of the rule. */
  manualFix?(finding: ManualFixFacts): ManualFix;
}

/** The Graph properties and tenant parts that a rule reads; the compiler rejects a `check` that reads others. */
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
   * Whether the rule can find a violation on a service principal without an application in this tenant. Called for
   * rules that select `resources`: the service principal is then kept until all resources are known, which takes memory.
   * Defaults to true.
   */
  appliesWithoutApplication?(servicePrincipal: ServicePrincipal<S>): boolean;
  /**
   * The rule finds an effect and no cause: its violation counts only on an app on which no other rule that names one of its
   * codes finds a violation. A diagnosis leaves it out.
   */
  readonly isFallback?: true;
  /**
   * The violations of this app that are undetermined, because Graph does not return the deciding value. Their findings
   * are not resolved. Called for apps with findings. Without it, an app without a violation complies.
   */
  undetermined?(app: App<A, S>, tenant: Tenant<T>): readonly Pick<Violation, 'objectId' | 'key'>[];
  /** Where a request to Graph can fix the violation. */
  readonly remedy?: AppRemedy;
}

/** A rule that judges the tenant itself. */
export interface TenantRule<T extends TenantPart = TenantPart> extends RuleFacts {
  readonly on: 'tenant';
  readonly select: Select<never, never, T>;
  check(tenant: Tenant<T>): readonly Violation[];
  /**
   * What is undetermined, in one sentence, because Graph does not return the deciding value. The rule then counts as not
   * examined, and none of its findings is resolved. Without it, a tenant without a violation complies.
   */
  undetermined?(tenant: Tenant<T>): string | undefined;
  readonly remedy?: TenantRemedy<T>;
}

/** How violations of a tenant rule are fixed. */
export interface TenantRemedy<T extends TenantPart = TenantPart> {
  /** The least privileged application permission for the plan's requests. */
  readonly permission: string;
  /** The option without which the remedy makes no plan, so that its permission is not needed. */
  readonly needs?: keyof RemedyOptions;
  /** How an applied plan is undone, or why it is not. */
  readonly undo: PolicyUndo<T> | NoUndo;
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
