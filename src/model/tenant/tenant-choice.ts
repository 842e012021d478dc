import { ConsentinelError } from '../errors.js';

/** The tenants of an installation, as the settings name them. */
export interface TenantSettings {
  /** The one tenant at work; beside `tenantIds` the home tenant, in which the identities live. */
  readonly tenantId?: string;
  /** The tenants that are read through the multi-tenant app; empty where there is one tenant only. */
  readonly tenantIds: readonly string[];
}

/**
 * The tenant to work on.
 * @param asked by a person or a message; left out, the only one there is
 * @returns undefined where the settings do not tell the one tenant: Graph does
 * @throws ConsentinelError `usage-invalid` where there are several and none is asked for, or another than those
 */
export function chosenTenant({ tenantId, tenantIds }: TenantSettings, asked: string | undefined): string | undefined {
  const id = asked?.toLowerCase();
  if (tenantIds.length === 0) return id ?? tenantId;
  if (id === undefined && tenantIds.length === 1) return tenantIds[0];
  if (id !== undefined && tenantIds.includes(id)) return id;
  const fault =
    id === undefined
      ? `There are ${tenantIds.length} tenants, and none was named.`
      : `${JSON.stringify(asked)} is none of the tenants of this installation.`;
  throw new ConsentinelError('usage-invalid', fault, `Name one of TENANT_IDS: ${listed(tenantIds)}.`);
}

/** As many ids as a person can look through. */
const mostListed = 30;

function listed(ids: readonly string[]): string {
  const more = ids.length - mostListed;
  return ids.slice(0, mostListed).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** The tenants that the settings name; none where Graph alone tells which one it is. */
export function namedTenants({ tenantId, tenantIds }: TenantSettings): readonly string[] {
  return tenantIds.length > 0 || !tenantId ? tenantIds : [tenantId];
}

/**
 * Why nothing in a tenant may ever be changed; undefined where nothing speaks against it. The identity that writes lives
 * in the home tenant, and has no rights in any other.
 */
export function readOnlyReason({ tenantId: home, tenantIds }: TenantSettings, tenantId: string): string | undefined {
  if (tenantId === home || (home === undefined && tenantIds.length === 0)) return undefined;
  return `The tenant ${tenantId} is not the home tenant of this installation, so it is only read. Its plans show what an administrator of it can send.`;
}
