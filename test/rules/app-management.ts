import type { TenantParts } from '../../src/model/tenant/tenant.js';
import { cleanAppManagement, noSymmetricKeys } from '../../src/rules/testing/clean-parts.js';

export type DefaultPolicy = TenantParts['defaultAppManagementPolicy'];
type Custom = TenantParts['appManagementPolicies'][number];
export type Entry = NonNullable<typeof noSymmetricKeys.passwordCredentials>[number];

/** The restriction that keeps symmetric keys from being added. */
export const [restriction] = noSymmetricKeys.passwordCredentials as [Entry];
/** Restrictions with one entry for each argument, which says how it differs from `restriction`. */
export const restrictedBy = (...entries: Partial<Entry>[]) => ({
  passwordCredentials: entries.map((entry) => ({ ...restriction, ...entry })),
  keyCredentials: [],
});
/** A tenant whose default policy differs from the clean one. */
export const byDefault = (members: Partial<DefaultPolicy>): Partial<TenantParts> => ({
  defaultAppManagementPolicy: { ...cleanAppManagement.defaultAppManagementPolicy, ...members },
});
/** A tenant with policies of their own for some apps; without arguments they restrict nothing. */
export const byCustom = (...policies: Partial<Custom>[]): Partial<TenantParts> => ({
  appManagementPolicies: policies.map((members, index) => ({
    id: `policy-${index}`,
    displayName: `Policy ${index}`,
    isEnabled: true,
    restrictions: null,
    ...members,
  })),
});
