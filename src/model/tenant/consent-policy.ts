import type { PublishedScope } from '../entra/app.js';

/** Conditions that must all hold. Members that Graph leaves out bind nothing. Source: Graph, permissionGrantConditionSet. */
export interface GrantConditions {
  readonly permissionType?: string | null;
  readonly permissionClassification?: string | null;
  readonly resourceApplication?: string | null;
  readonly permissions?: readonly string[] | null;
  readonly clientApplicationIds?: readonly string[] | null;
  readonly clientApplicationTenantIds?: readonly string[] | null;
  readonly clientApplicationPublisherIds?: readonly string[] | null;
  readonly clientApplicationsFromVerifiedPublisherOnly?: boolean | null;
}

/** Which consents a policy allows: those that match an include and no exclude. Source: Graph, permissionGrantPolicy. */
export interface GrantPolicy {
  readonly id: string;
  readonly displayName: string;
  readonly includes: readonly GrantConditions[];
  readonly excludes: readonly GrantConditions[];
}

/** How risky an administrator calls a permission. Source: Graph, delegatedPermissionClassification. */
export type Classification = 'low' | 'medium' | 'high' | (string & {});

/** The classified permissions of the tenant's APIs. */
export interface PermissionClassifications {
  /** By the id of the permission, lower case; undefined while nobody has looked at this API. */
  of(resourceAppId: string): ReadonlyMap<string, Classification> | undefined;
  /** Graph listed the API, and the lookup of its classifications was answered 404. */
  isUnknown(resourceAppId: string): boolean;
}

/** What was looked up of the classifications; whoever reads the directory fills it. */
export class ClassificationIndex implements PermissionClassifications {
  readonly #byResource = new Map<string, ReadonlyMap<string, Classification>>();
  readonly #unknown = new Set<string>();

  add(resourceAppId: string, classified: Iterable<{ permissionId: string; classification: string }>): void {
    const entries = [...classified].map(
      ({ permissionId, classification }) => [permissionId.toLowerCase(), classification.toLowerCase()] as const,
    );
    this.#byResource.set(resourceAppId.toLowerCase(), new Map(entries));
  }

  addUnknown(resourceAppId: string): void {
    this.#unknown.add(resourceAppId.toLowerCase());
  }

  isUnknown(resourceAppId: string): boolean {
    return this.#unknown.has(resourceAppId.toLowerCase());
  }

  of(resourceAppId: string): ReadonlyMap<string, Classification> | undefined {
    return this.#byResource.get(resourceAppId.toLowerCase());
  }
}

/** A consent that a user would give for herself. */
export interface Consent {
  readonly clientAppId: string;
  /** The tenant that owns the client. */
  readonly clientTenantId: string;
  readonly publisherId: string | null;
  readonly resourceAppId: string;
  readonly scope: PublishedScope;
  /** Undefined where the permission is not classified. */
  readonly classification: Classification | undefined;
}

/** `unknown` where a policy cannot be judged from outside. */
export type ConsentVerdict = 'allowed' | 'refused' | 'unknown';

const forSelf = /^ManagePermissionGrantsForSelf\./i;

/**
 * The ids of the policies by which users consent for themselves; none means that they may not.
 * Source: Graph, authorizationPolicy: `permissionGrantPoliciesAssigned`; the beta and scripts vary its case.
 */
export function userConsentPolicies(assigned: readonly string[] | null | undefined): string[] {
  return (assigned ?? [])
    .filter((entry) => forSelf.test(entry))
    .map((entry) => entry.replace(forSelf, '').toLowerCase());
}

const low = 'microsoft-user-default-low';
const legacy = 'microsoft-user-default-legacy';

/** The built-in policies whose meaning is documented, for tenants whose listing leaves them out. */
function builtIn(id: string, tenantId: string): GrantPolicy | undefined {
  const base = { id, displayName: id, excludes: [] };
  const consentable = { permissionType: 'delegatedUserConsentable' };
  if (id === legacy) return { ...base, includes: [consentable] };
  if (id !== low) return undefined;
  const lowRisk = { ...consentable, permissionClassification: 'low' };
  return {
    ...base,
    includes: [
      { ...lowRisk, clientApplicationsFromVerifiedPublisherOnly: true },
      { ...lowRisk, clientApplicationTenantIds: [tenantId] },
    ],
  };
}

/** The policies by which users consent; undefined for one whose conditions Graph does not tell. */
export function assignedPolicies(
  assigned: readonly string[] | null | undefined,
  policies: readonly GrantPolicy[],
  tenantId: string,
): (GrantPolicy | undefined)[] {
  return userConsentPolicies(assigned).map((id) => {
    const policy = policies.find((known) => known.id.toLowerCase() === id);
    return policy && policy.includes.length > 0 ? policy : (builtIn(id, tenantId) ?? policy);
  });
}

/** Whether a policy asks how a permission is classified, so that classifications must be known to judge by it. */
export function asksForClassification(policy: GrantPolicy | undefined): boolean {
  return [...(policy?.includes ?? []), ...(policy?.excludes ?? [])].some(
    ({ permissionClassification }) => !isAny(permissionClassification),
  );
}

/**
 * Whether users may consent under any of the policies. A permission of type Admin is an administrator's to grant; a
 * policy that includes delegated permissions of every type may or may not change that, which Graph does not tell.
 * Source: Microsoft Learn, "Manage app consent policies": one include and no exclude must match.
 */
export function mayUserConsent(consent: Consent, policies: readonly (GrantPolicy | undefined)[]): ConsentVerdict {
  const verdicts = policies.map((policy) => verdictOf(consent, policy));
  if (verdicts.includes('allowed')) return 'allowed';
  return verdicts.includes('unknown') ? 'unknown' : 'refused';
}

function verdictOf(consent: Consent, policy: GrantPolicy | undefined): ConsentVerdict {
  const adminOnly = isAdminOnly(consent.scope);
  if (!policy) return adminOnly ? 'refused' : 'unknown';
  if (policy.excludes.some((conditions) => matches(consent, conditions))) return 'refused';
  if (policy.includes.some((conditions) => matches(consent, conditions))) return adminOnly ? 'unknown' : 'allowed';
  // Microsoft manages it and changes it: what it does not list today may be more than Graph tells.
  return policy.id.toLowerCase() === 'microsoft-user-default-recommended' && !adminOnly ? 'unknown' : 'refused';
}

/** Only an administrator can grant it. Source: Graph, permissionScope: `type`. */
export function isAdminOnly(scope: PublishedScope): boolean {
  return scope.type?.toLowerCase() === 'admin';
}

function matches(consent: Consent, conditions: GrantConditions): boolean {
  const type = conditions.permissionType?.toLowerCase();
  if (type === 'application') return false;
  if (type === 'delegateduserconsentable' && isAdminOnly(consent.scope)) return false;
  const { clientApplicationsFromVerifiedPublisherOnly: verifiedOnly } = conditions;
  return (
    allows(conditions.permissionClassification, consent.classification) &&
    allows(conditions.resourceApplication, consent.resourceAppId) &&
    lists(conditions.permissions, consent.scope.id) &&
    lists(conditions.clientApplicationIds, consent.clientAppId) &&
    lists(conditions.clientApplicationTenantIds, consent.clientTenantId) &&
    lists(conditions.clientApplicationPublisherIds, consent.publisherId) &&
    (verifiedOnly !== true || consent.publisherId !== null)
  );
}

function isAny(condition: string | null | undefined): boolean {
  return !condition || /^(all|any)$/i.test(condition);
}

function allows(condition: string | null | undefined, value: string | undefined): boolean {
  return isAny(condition) || condition?.toLowerCase() === value?.toLowerCase();
}

function lists(condition: readonly string[] | null | undefined, value: string | null | undefined): boolean {
  if (!condition || condition.length === 0) return true;
  return condition.some((entry) => isAny(entry) || entry.toLowerCase() === value?.toLowerCase());
}
