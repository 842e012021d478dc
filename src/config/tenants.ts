import { z } from 'zod';
import { guidPattern } from '../model/entra/guid.js';
import { type Fault, missing } from '../settings/fault.js';
import { guids } from '../settings/primitives.js';
import { setting } from '../settings/setting.js';
import type { RemediationSettings } from './remediation.js';

const lowerCase = (id: string) => id.toLowerCase();

export const tenantSettings = z.object({
  tenantId: setting('TENANT_ID', {
    schema: z
      .string()
      .regex(guidPattern, 'Give the directory (tenant) id, a GUID, or leave it out to read it from Graph.')
      .transform(lowerCase),
    defaultText: 'read from Graph',
    meaning:
      'the tenant to work on; beside `TENANT_IDS` the home tenant, in which the identities live and the only one that is ever written to',
  }),
  tenantIds: setting('TENANT_IDS', {
    schema: guids('directory (tenant) ids'),
    default: [],
    meaning:
      'ids of the tenants to scan, separated by commas, where there are several; see [many-tenants.md](many-tenants.md)',
  }),
  multiTenantClientId: setting('MULTI_TENANT_CLIENT_ID', {
    schema: z
      .string()
      .regex(guidPattern, 'Give the application (client) id of the multi-tenant app, a GUID, or leave it out.')
      .transform(lowerCase),
    meaning:
      'client id of the app through which the tenants of `TENANT_IDS` are read, needed with them; it trusts the reader identity and has no secret',
  }),
});

/**
 * Several tenants are read through one app. Only the tenant of the identities is ever written to, so the settings must
 * name it.
 */
export function tenantFaults(
  { tenantId, tenantIds, multiTenantClientId }: z.output<typeof tenantSettings>,
  { clientId, withSignedInCredential }: RemediationSettings,
): Fault[] {
  if (tenantIds.length === 0) {
    const remedy = 'Say in TENANT_IDS which tenants are read through that app, or leave MULTI_TENANT_CLIENT_ID out.';
    return multiTenantClientId ? [missing('TENANT_IDS', remedy)] : [];
  }
  const app = 'The tenants of TENANT_IDS are read through a multi-tenant app: set it to the client id of that app.';
  const home = 'Only the home tenant is ever written to: beside TENANT_IDS, set it to the tenant of the identities.';
  const writes = clientId || withSignedInCredential;
  return [
    ...(multiTenantClientId ? [] : [missing('MULTI_TENANT_CLIENT_ID', app)]),
    ...(writes && !tenantId ? [missing('TENANT_ID', home)] : []),
  ];
}
