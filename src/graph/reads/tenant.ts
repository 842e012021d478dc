import { z } from 'zod';
import { ConsentinelError } from '../../model/errors.js';
import type { LoadedPart, Organization, TenantParts } from '../../model/tenant/tenant.js';
import { callFacts, GraphCallError, malformed } from '../http/errors.js';
import type { PartContext } from '../http/read.js';
import type { Send } from '../http/send.js';
import { readClaimsMappings } from './claims-mappings.js';
import { readClassifications } from './classifications.js';
import { readConsentReviewers } from './consent-reviewers.js';
import { readDeletedApplications } from './deleted-applications.js';
import { readGrantPolicies } from './grant-policies.js';
import { readGrants } from './grants.js';
import { readDomains, readHybridOrganization, readOnPremisesSynchronization } from './hybrid.js';
import {
  readAdminConsentRequestPolicy,
  readAppManagementPolicies,
  readAuthorizationPolicy,
  readDefaultAppManagementPolicy,
} from './policies.js';

/** One reader for each part: the compiler requires one for a new part. */
const readers: { readonly [P in LoadedPart]: (context: PartContext) => Promise<TenantParts[P]> } = {
  adminConsentRequestPolicy: readAdminConsentRequestPolicy,
  appManagementPolicies: readAppManagementPolicies,
  authorizationPolicy: readAuthorizationPolicy,
  claimsMappingPolicies: readClaimsMappings,
  consentReviewers: readConsentReviewers,
  defaultAppManagementPolicy: readDefaultAppManagementPolicy,
  deletedApplications: readDeletedApplications,
  domains: readDomains,
  grants: (context) => readGrants(context),
  onPremisesSynchronization: readOnPremisesSynchronization,
  organization: readHybridOrganization,
  permissionClassifications: readClassifications,
  permissionGrantPolicies: readGrantPolicies,
};

/** Reads one part of a tenant. @throws GraphCallError */
export function readTenantPart<P extends LoadedPart>(context: PartContext, part: P): Promise<TenantParts[P]> {
  return readers[part](context);
}

const organizationSchema = z.looseObject({
  value: z.tuple(
    [z.looseObject({ id: z.string().min(1), displayName: z.string().nullish(), tenantType: z.string().nullish() })],
    z.unknown(),
  ),
});

/**
 * Reads the organization of the tenant. Without the permission (Organization.Read.All) the id replaces the display name,
 * which is only a label; the rules about the organization are then not examined.
 * @param known the tenant id in the settings and in the token, if any
 * @throws ConsentinelError `config-invalid` when the settings differ from the token or from Graph, or when the tenant id
 * is unknown
 */
export async function readOrganization(
  send: Send,
  known: { readonly configured?: string | undefined; readonly token?: string | undefined },
  signal?: AbortSignal,
): Promise<Organization> {
  const { configured, token } = known;
  if (configured && token && configured.toLowerCase() !== token.toLowerCase()) throw tenantMismatch(configured, token);
  const id = (configured ?? token)?.toLowerCase();
  const path = '/organization?$select=id,displayName,tenantType';
  const response = await send({ method: 'GET', path, signal }).catch(undefinedIfRefused);
  if (!response) return id ? { id, displayName: id } : throwTenantUnknown();
  const parsed = organizationSchema.safeParse(response.body);
  if (!parsed.success) throw malformed(callFacts('GET', path, response), 'no organization');
  const [organization] = parsed.data.value;
  const actual = organization.id.toLowerCase();
  // An opaque token does not contain its tenant: then only this comparison detects another tenant.
  if (id && id !== actual) throw tenantMismatch(id, actual);
  const { displayName, tenantType } = organization;
  return { id: actual, displayName: displayName || actual, ...(tenantType && { tenantType }) };
}

function undefinedIfRefused(error: unknown): undefined {
  const code = error instanceof GraphCallError ? error.code : undefined;
  if (code !== 'permission-missing' && code !== 'graph-rejected') throw error;
}

/** The error for an identity of another tenant. */
export function tenantMismatch(configured: string, actual: string): ConsentinelError {
  return new ConsentinelError(
    'config-invalid',
    `The configured tenant is ${configured}, but the identity belongs to tenant ${actual}.`,
    'Remove TENANT_ID (or --tenant), or sign in to that tenant.',
  );
}

function throwTenantUnknown(): never {
  throw new ConsentinelError(
    'config-invalid',
    'The id of the tenant is unknown: the access token does not contain it, and Graph rejected the read of the organization.',
    'Set TENANT_ID to the directory (tenant) id.',
  );
}
