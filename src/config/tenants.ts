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
      .regex(guidPattern, 'Give the directory (tenant) id, a GUID, or remove the setting to read it from Graph.')
      .transform(lowerCase),
    defaultText: 'read from Graph',
    meaning: 'the tenant to scan. With `TENANT_IDS`: the home tenant, the only one that Consentinel changes',
  }),
  tenantIds: setting('TENANT_IDS', {
    schema: guids('directory (tenant) ids'),
    default: [],
    meaning: 'ids of several tenants to scan, separated by commas ([many-tenants.md](many-tenants.md))',
  }),
  multiTenantClientId: setting('MULTI_TENANT_CLIENT_ID', {
    schema: z
      .string()
      .regex(guidPattern, 'Give the application (client) id of the multi-tenant app, a GUID, or remove the setting.')
      .transform(lowerCase),
    meaning: 'client id of the multi-tenant app that reads the tenants of `TENANT_IDS`; required with them',
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
    const remedy = 'Set TENANT_IDS to the tenants of that app, or remove MULTI_TENANT_CLIENT_ID.';
    return multiTenantClientId ? [missing('TENANT_IDS', remedy)] : [];
  }
  const app =
    'A multi-tenant app reads the tenants of TENANT_IDS. Set MULTI_TENANT_CLIENT_ID to the client id of that app.';
  const home =
    'Consentinel changes the home tenant only. With TENANT_IDS, set TENANT_ID to the tenant of the identities.';
  const writes = clientId || withSignedInCredential;
  return [
    ...(multiTenantClientId ? [] : [missing('MULTI_TENANT_CLIENT_ID', app)]),
    ...(writes && !tenantId ? [missing('TENANT_ID', home)] : []),
  ];
}
