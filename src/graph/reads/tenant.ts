import { z } from 'zod';
import { ConsentinelError } from '../../model/errors.js';
import type { LoadedPart, Organization, TenantParts } from '../../model/tenant/tenant.js';
import { callFacts, GraphCallError, malformed } from '../http/errors.js';
import type { Source } from '../http/read.js';
import type { Send } from '../http/send.js';
import { readClassifications } from './classifications.js';
import { readConsentReviewers } from './consent-reviewers.js';
import { readGrantPolicies } from './grant-policies.js';
import { readGrants } from './grants.js';
import { readDomains, readHybridOrganization, readOnPremisesSynchronization } from './hybrid.js';
import {
  readAdminConsentRequestPolicy,
  readAppManagementPolicies,
  readAuthorizationPolicy,
  readDefaultAppManagementPolicy,
} from './policies.js';

/** One reader for each part, so that the compiler asks for one when a part is added. */
const readers: { readonly [P in LoadedPart]: (source: Source) => Promise<TenantParts[P]> } = {
  adminConsentRequestPolicy: readAdminConsentRequestPolicy,
  appManagementPolicies: readAppManagementPolicies,
  authorizationPolicy: readAuthorizationPolicy,
  consentReviewers: readConsentReviewers,
  defaultAppManagementPolicy: readDefaultAppManagementPolicy,
  domains: readDomains,
  grants: readGrants,
  onPremisesSynchronization: readOnPremisesSynchronization,
  organization: readHybridOrganization,
  permissionClassifications: readClassifications,
  permissionGrantPolicies: readGrantPolicies,
};

/** Reads one part of a tenant. */
export function readTenantPart<P extends LoadedPart>(source: Source, part: P): Promise<TenantParts[P]> {
  return readers[part](source);
}

const organizationSchema = z.looseObject({
  value: z.tuple([z.looseObject({ id: z.string().min(1), displayName: z.string().nullish() })], z.unknown()),
});

/**
 * Reads whom the tenant belongs to. The display name is cosmetic: where Graph refuses (Organization.Read.All), the id
 * stands in for it, and only the rules about the organization are not examined.
 * @param known the tenant's id by the settings and by the token, where they tell
 * @throws ConsentinelError `config-invalid` where the settings disagree with the token or with Graph, or where nothing
 * tells the id
 */
export async function readOrganization(
  send: Send,
  known: { readonly configured?: string | undefined; readonly token?: string | undefined },
  signal?: AbortSignal,
): Promise<Organization> {
  const { configured, token } = known;
  if (configured && token && configured.toLowerCase() !== token.toLowerCase()) throw otherTenant(configured, token);
  const id = (configured ?? token)?.toLowerCase();
  const path = '/organization?$select=id,displayName';
  const answer = await send({ method: 'GET', path, signal }).catch(refused);
  if (!answer) return id ? { id, displayName: id } : nameless();
  const parsed = organizationSchema.safeParse(answer.body);
  if (!parsed.success) throw malformed(callFacts('GET', path, answer), 'no organization');
  const [organization] = parsed.data.value;
  const given = organization.id.toLowerCase();
  // A token need not tell its tenant: then Graph alone can say that it is another one.
  if (id && id !== given) throw otherTenant(id, given);
  return { id: given, displayName: organization.displayName || given };
}

function refused(error: unknown): undefined {
  const code = error instanceof GraphCallError ? error.code : undefined;
  if (code !== 'permission-missing' && code !== 'graph-rejected') throw error;
}

/** The error for an identity that is not of the tenant it is to work on. */
export function otherTenant(configured: string, token: string): ConsentinelError {
  return new ConsentinelError(
    'config-invalid',
    `The tenant to work on is ${configured}, but the identity belongs to tenant ${token}.`,
    'Leave TENANT_ID (or --tenant) out, or sign in to that tenant.',
  );
}

function nameless(): never {
  throw new ConsentinelError(
    'config-invalid',
    'The id of the tenant is unknown: the access token does not tell it, and reading the organization was refused.',
    'Set TENANT_ID to the directory (tenant) id.',
  );
}
