import { z } from 'zod';
import { permissionOfPart } from '../../model/rule/permissions.js';
import type { TenantParts } from '../../model/tenant/tenant.js';
import { GraphCallError } from '../http/errors.js';
import { readAll, type Source } from '../http/read.js';

const dateTime = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

const feature = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);

/** No `$select`: it would have to name a date that the metadata of v1.0 does not know. */
const organizationSchema = z.object({
  onPremisesSyncEnabled: z.boolean().nullable(),
  onPremisesLastSyncDateTime: dateTime,
  onPremisesLastPasswordSyncDateTime: dateTime,
});

const domainSchema = z.object({
  id: z.string(),
  authenticationType: z.string(),
  isVerified: z.boolean(),
  passwordValidityPeriodInDays: z.number().nullable(),
});

const synchronizationSchema = z.object({
  features: z.object({
    passwordSyncEnabled: feature,
    cloudPasswordPolicyForPasswordSyncedUsersEnabled: feature,
  }),
});

const neverSynchronized = {
  onPremisesSyncEnabled: null,
  onPremisesLastSyncDateTime: null,
  onPremisesLastPasswordSyncDateTime: null,
} as const;

/** Source: Graph, organization resource type. */
export async function readHybridOrganization(source: Source): Promise<TenantParts['organization']> {
  const [organization] = await readAll(source, '/organization', organizationSchema);
  return organization ?? neverSynchronized;
}

/** Source: Graph, domain resource type. */
export function readDomains(source: Source): Promise<TenantParts['domains']> {
  const select = 'id,authenticationType,isVerified,passwordValidityPeriodInDays';
  return readAll(source, `/domains?$select=${select}`, domainSchema);
}

/**
 * Reads the features of directory synchronization. The permissions reference maps this path to delegated permissions
 * only, so that Graph may refuse an application that was given the permission: what the features are is then unknown.
 * Where the permission was not given, its lack is the fault, as for any other part.
 * Source: Graph, onPremisesDirectorySynchronization resource type; permissions reference.
 */
export async function readOnPremisesSynchronization(source: Source): Promise<TenantParts['onPremisesSynchronization']> {
  try {
    const [found] = await readAll(source, '/directory/onPremisesSynchronization', synchronizationSchema);
    return found?.features ?? null;
  } catch (error) {
    if (!isRefused(error) || (await source.granted(permissionOfPart.onPremisesSynchronization)) === false) throw error;
    return null;
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof GraphCallError && error.call.status === 403;
}
