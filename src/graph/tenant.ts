import { z } from 'zod';
import { ConsentinelError } from '../model/errors.js';
import type { Organization, TenantPart, TenantParts } from '../model/tenant.js';
import { factsOf, GraphCallError, malformed } from './errors.js';
import type { Send } from './send.js';

const strings = z.array(z.string());

/*
 * Members that rules decide upon must be there: an absent one would read as "switched off". Unknown members of inner
 * objects pass. No `$select`: adminConsentRequestPolicy does not support it.
 */
const partSchemas = {
  authorizationPolicy: z.object({
    id: z.string(),
    defaultUserRolePermissions: z.looseObject({ permissionGrantPoliciesAssigned: strings.nullable() }),
  }),
  adminConsentRequestPolicy: z.object({
    isEnabled: z.boolean(),
    reviewers: z.array(z.looseObject({ query: z.string().nullish() })).nullable(),
  }),
} satisfies Record<TenantPart, z.ZodType>;

/**
 * Reads one part of a tenant.
 * Source: Graph, authorizationPolicy and adminConsentRequestPolicy resource types.
 */
export async function readTenantPart<P extends TenantPart>(
  send: Send,
  part: P,
  signal?: AbortSignal,
): Promise<TenantParts[P]> {
  const path = `/policies/${part}`;
  const answer = await send({ method: 'GET', path, signal });
  const parsed = partSchemas[part].safeParse(answer.body);
  if (parsed.success) return parsed.data as unknown as TenantParts[P];
  throw malformed(factsOf('GET', path, answer), `a policy whose ${placeOf(parsed.error)} is not as documented`);
}

/** The member at fault; zod's own sentence is left out, since it may quote values. */
function placeOf(error: z.ZodError): string {
  return error.issues[0]?.path.join('.') || 'body';
}

const organizationSchema = z.looseObject({
  value: z.tuple([z.looseObject({ id: z.string().min(1), displayName: z.string().nullish() })], z.unknown()),
});

/**
 * Reads whom the tenant belongs to. The display name is cosmetic, so that its permission (Organization.Read.All) is not
 * worth granting: where Graph refuses, the id stands in for it.
 * @param known the tenant's id by the settings and by the token, where they tell
 * @throws ConsentinelError `config-invalid` where the two disagree, or where nothing tells the id
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
  if (!parsed.success) throw malformed(factsOf('GET', path, answer), 'no organization');
  const [organization] = parsed.data.value;
  const given = id ?? organization.id.toLowerCase();
  return { id: given, displayName: organization.displayName || given };
}

function refused(error: unknown): undefined {
  const code = error instanceof GraphCallError ? error.code : undefined;
  if (code !== 'permission-missing' && code !== 'graph-rejected') throw error;
}

function otherTenant(configured: string, token: string): ConsentinelError {
  return new ConsentinelError(
    'config-invalid',
    `TENANT_ID is ${configured}, but the identity belongs to tenant ${token}.`,
    'Leave TENANT_ID out, or sign in to that tenant.',
  );
}

function nameless(): never {
  throw new ConsentinelError(
    'config-invalid',
    'The id of the tenant is unknown: the access token does not tell it, and reading the organization was refused.',
    'Set TENANT_ID to the directory (tenant) id.',
  );
}
