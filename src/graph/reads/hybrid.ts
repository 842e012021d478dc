import { z } from 'zod';
import { permissionOfPart } from '../../model/rule/permissions.js';
import type { TenantParts } from '../../model/tenant/tenant.js';
import { isRefused } from '../http/errors.js';
import { type ReadContext, readAll } from '../http/read.js';

const dateTime = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

const feature = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);

/** Without `$select`, because the metadata of v1.0 does not contain one of the dates. */
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
export async function readHybridOrganization(context: ReadContext): Promise<TenantParts['organization']> {
  const [organization] = await readAll(context, '/organization', organizationSchema);
  return organization ?? neverSynchronized;
}

/** Source: Graph, domain resource type. */
export function readDomains(context: ReadContext): Promise<TenantParts['domains']> {
  const select = 'id,authenticationType,isVerified,passwordValidityPeriodInDays';
  return readAll(context, `/domains?$select=${select}`, domainSchema);
}

/**
 * Reads the features of directory synchronization. The permissions reference maps this path to delegated permissions
 * only, so Graph can refuse an application that has the permission. The features are then unknown (null). Without the
 * permission it throws, like the reads of all other parts.
 * Source: Graph, onPremisesDirectorySynchronization resource type; permissions reference.
 */
export async function readOnPremisesSynchronization(
  context: ReadContext,
): Promise<TenantParts['onPremisesSynchronization']> {
  try {
    const [found] = await readAll(context, '/directory/onPremisesSynchronization', synchronizationSchema);
    return found?.features ?? null;
  } catch (error) {
    if (!isRefused(error) || (await context.granted(permissionOfPart.onPremisesSynchronization)) === false) throw error;
    return null;
  }
}
