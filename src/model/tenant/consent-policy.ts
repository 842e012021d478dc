import type { PublishedScope } from '../entra/app.js';
import { isDocumented } from '../entra/enum-value.js';

/** Conditions that must all hold. An absent one sets no limit. Source: Graph, permissionGrantConditionSet. */
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

/** The risk that an administrator assigned to a permission. Source: Graph, delegatedPermissionClassification. */
export type Classification = 'low' | 'medium' | 'high' | (string & {});

/** The classified permissions of the tenant's APIs. */
export interface PermissionClassifications {
  /** By the id of the permission in lower case; undefined while this API has not been looked up. */
  of(resourceAppId: string): ReadonlyMap<string, Classification> | undefined;
  /** Graph listed the API, and the lookup of its classifications was answered 404. */
  isUnknown(resourceAppId: string): boolean;
}

/** A `ClassificationIndex` as JSON: by API, the entries of its map. */
export interface ClassificationsJson {
  readonly classified: readonly (readonly [string, readonly (readonly [string, Classification])[]])[];
  readonly unknown: readonly string[];
}

/** The classifications that were looked up; the code that reads the directory fills it. */
export class ClassificationIndex implements PermissionClassifications {
  /** The index that `toJSON` describes. */
  static from({ classified, unknown }: ClassificationsJson): ClassificationIndex {
    const index = new ClassificationIndex();
    for (const [resourceAppId, entries] of classified) index.#byResource.set(resourceAppId, new Map(entries));
    for (const resourceAppId of unknown) index.#unknown.add(resourceAppId);
    return index;
  }

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

  toJSON(): ClassificationsJson {
    return {
      classified: [...this.#byResource].map(([resourceAppId, entries]) => [resourceAppId, [...entries]]),
      unknown: [...this.#unknown],
    };
  }

  isUnknown(resourceAppId: string): boolean {
    return this.#unknown.has(resourceAppId.toLowerCase());
  }

  of(resourceAppId: string): ReadonlyMap<string, Classification> | undefined {
    return this.#byResource.get(resourceAppId.toLowerCase());
  }
}

/** The consent of a user to one delegated permission. */
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

/** `unknown` where Graph does not return enough of a policy. */
export type ConsentVerdict = 'allowed' | 'refused' | 'unknown';

const forSelf = /^ManagePermissionGrantsForSelf\./i;

/**
 * The ids of the policies under which users consent for themselves; without any, users may not consent.
 * Source: Graph, authorizationPolicy: `permissionGrantPoliciesAssigned`; the beta and scripts vary its case.
 */
export function userConsentPolicies(assigned: readonly string[] | null | undefined): string[] {
  return (assigned ?? [])
    .filter((entry) => forSelf.test(entry))
    .map((entry) => entry.replace(forSelf, '').toLowerCase());
}

const low = 'microsoft-user-default-low';
const legacy = 'microsoft-user-default-legacy';

/** The built-in policies whose meaning is documented, for tenants whose listing omits them. */
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

/** The policies under which users consent; undefined for a policy whose conditions Graph does not return. */
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

/** Whether a policy depends on the classification of permissions. */
export function asksForClassification(policy: GrantPolicy | undefined): boolean {
  return [...(policy?.includes ?? []), ...(policy?.excludes ?? [])].some(
    ({ permissionClassification }) => !isAny(permissionClassification),
  );
}

/**
 * Whether users may consent under any of the policies. Only an administrator can grant a permission of type Admin. A
 * policy that includes delegated permissions of every type can change that; Graph does not return whether it does.
 * Source: Microsoft Learn, "Manage app consent policies": one include and no exclude must match.
 */
export function mayUserConsent(consent: Consent, policies: readonly (GrantPolicy | undefined)[]): ConsentVerdict {
  const { scope } = consent;
  if (hasKnownType(scope)) return verdictUnderAny(consent, policies);
  const [asUser, asAdmin] = (['User', 'Admin'] as const).map((type) =>
    verdictUnderAny({ ...consent, scope: { ...scope, type } }, policies),
  ) as [ConsentVerdict, ConsentVerdict];
  return asUser === asAdmin ? asUser : 'unknown';
}

function verdictUnderAny(consent: Consent, policies: readonly (GrantPolicy | undefined)[]): ConsentVerdict {
  const verdicts = policies.map((policy) => verdictOf(consent, policy));
  if (verdicts.includes('allowed')) return 'allowed';
  return verdicts.includes('unknown') ? 'unknown' : 'refused';
}

function verdictOf(consent: Consent, policy: GrantPolicy | undefined): ConsentVerdict {
  const adminOnly = isAdminOnly(consent.scope);
  if (!policy) return adminOnly ? 'refused' : 'unknown';
  const excluded = policy.excludes.map((conditions) => matches(consent, conditions));
  const included = policy.includes.map((conditions) => matches(consent, conditions));
  if (excluded.includes(true)) return 'refused';
  if (included.includes(true)) return adminOnly || excluded.includes(null) ? 'unknown' : 'allowed';
  if (included.includes(null)) return 'unknown';
  // Microsoft manages this policy: it can include more than Graph returns.
  return policy.id.toLowerCase() === 'microsoft-user-default-recommended' && !adminOnly ? 'unknown' : 'refused';
}

/** Only an administrator can grant it. Source: Graph, permissionScope: `type`. */
export function isAdminOnly(scope: PublishedScope): boolean {
  return scope.type?.toLowerCase() === 'admin';
}

/** Whether only an administrator can grant a permission is known. Source: Graph, permissionScope: `type`. */
export function hasKnownType({ type }: PublishedScope): boolean {
  return isDocumented(type, ['user', 'admin']);
}

/** Whether a classification is documented. Source: Graph, permissionClassificationType; no one is a limit. */
export function isKnownClassification(classification: string | null | undefined): boolean {
  return isAny(classification) || isDocumented(classification, ['low', 'medium', 'high']);
}

/** @returns null where a value that is not documented decides */
function matches(consent: Consent, conditions: GrantConditions): boolean | null {
  const type = conditions.permissionType?.toLowerCase();
  if (type === 'application') return false;
  if (type === 'delegateduserconsentable' && isAdminOnly(consent.scope)) return false;
  if (!matchesOthers(consent, conditions)) return false;
  const { permissionClassification: wanted } = conditions;
  if (type && !isDocumented(type, ['delegated', 'delegateduserconsentable'])) return null;
  if (!isAny(wanted) && ![wanted, consent.classification].every(isKnownClassification)) return null;
  return allows(wanted, consent.classification);
}

/** The conditions without values of an enumeration. */
function matchesOthers(consent: Consent, conditions: GrantConditions): boolean {
  const { clientApplicationsFromVerifiedPublisherOnly: verifiedOnly } = conditions;
  return (
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
