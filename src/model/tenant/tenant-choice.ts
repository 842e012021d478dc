import { ConsentinelError } from '../errors.js';

/** The tenants in the settings of an installation. */
export interface TenantSettings {
  /** The only tenant; if `tenantIds` is set, the home tenant, which has the identities. */
  readonly tenantId?: string;
  /** The tenants that are read through the multi-tenant app; empty where there is only one tenant. */
  readonly tenantIds: readonly string[];
}

/**
 * The tenant of a command or a message.
 * @param asked the requested tenant; undefined for the only one
 * @returns undefined where the settings do not name the only tenant: then Graph returns it
 * @throws ConsentinelError `usage-invalid` where there are several tenants and the requested one is missing or unknown
 */
export function chosenTenant({ tenantId, tenantIds }: TenantSettings, asked: string | undefined): string | undefined {
  const id = asked?.toLowerCase();
  if (tenantIds.length === 0) return id ?? tenantId;
  if (id === undefined && tenantIds.length === 1) return tenantIds[0];
  if (id !== undefined && tenantIds.includes(id)) return id;
  const fault =
    id === undefined
      ? `The installation has ${tenantIds.length} tenants. Name one of them.`
      : `${JSON.stringify(asked)} is not a tenant of this installation.`;
  throw new ConsentinelError('usage-invalid', fault, `Name one of TENANT_IDS: ${listed(tenantIds)}.`);
}

/** A message lists at most this many ids. */
const mostListed = 30;

function listed(ids: readonly string[]): string {
  const more = ids.length - mostListed;
  return ids.slice(0, mostListed).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** The tenants that the settings name; empty where only Graph returns the tenant. */
export function namedTenants({ tenantId, tenantIds }: TenantSettings): readonly string[] {
  return tenantIds.length > 0 || !tenantId ? tenantIds : [tenantId];
}

/**
 * Why the remediator may not change a tenant; undefined where it may. The identity of the remediator belongs to the home
 * tenant and has no rights in any other.
 */
export function readOnlyReason({ tenantId: home, tenantIds }: TenantSettings, tenantId: string): string | undefined {
  if (tenantId === home || (home === undefined && tenantIds.length === 0)) return undefined;
  return `The tenant ${tenantId} is not the home tenant of this installation. Consentinel only reads it. An administrator of the tenant can send the requests of its plans.`;
}
