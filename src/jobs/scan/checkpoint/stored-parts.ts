import { ClaimsMappingIndex } from '../../../model/tenant/claims-mapping.js';
import { ClassificationIndex, type ClassificationsJson } from '../../../model/tenant/consent-policy.js';
import { type DeletedApplication, DeletedApplicationIndex } from '../../../model/tenant/deleted-applications.js';
import { SignInFailureIndex, type SignInFailuresJson } from '../../../model/tenant/sign-in-failures.js';
import type { LoadedPart, TenantParts } from '../../../model/tenant/tenant.js';

/** The parts of a tenant that a checkpoint stores whole. The grants are stored page by page. */
export type StoredPart = Exclude<LoadedPart, 'grants'> | 'signInFailures';

/** A part that is JSON already. */
const asIs = (value: unknown) => value as never;

/**
 * What each part is, from its JSON. `JSON.stringify` calls `toJSON` of the parts that are classes. One line for each part: the
 * compiler requires one for a new part.
 */
const restored: { readonly [P in StoredPart]: (json: never) => TenantParts[P] } = {
  adminConsentRequestPolicy: asIs,
  appManagementPolicies: asIs,
  authorizationPolicy: asIs,
  claimsMappingPolicies: (ids: readonly string[] | null) => ids && new ClaimsMappingIndex(ids),
  consentReviewers: asIs,
  defaultAppManagementPolicy: asIs,
  deletedApplications: (deleted: readonly DeletedApplication[]) => new DeletedApplicationIndex(deleted),
  domains: asIs,
  onPremisesSynchronization: asIs,
  organization: asIs,
  permissionClassifications: (json: ClassificationsJson) => ClassificationIndex.from(json),
  permissionGrantPolicies: asIs,
  signInFailures: (json: SignInFailuresJson) => SignInFailureIndex.from(json),
};

/** The part that a JSON value describes. */
export function restoredPart<P extends StoredPart>(part: P, json: unknown): TenantParts[P] {
  return (restored[part] as (value: unknown) => TenantParts[P])(json);
}
