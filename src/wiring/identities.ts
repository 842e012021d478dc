import type { Config } from '../config.js';
import { createCredential } from '../graph/auth/credential.js';
import { createTenantCredential } from '../graph/auth/tenant-credential.js';
import type { Variables } from './installation.js';

/** The source of tokens. */
export type Credential = ReturnType<typeof createCredential>;

/** @param clientId of a user-assigned identity; undefined for the identity of the process */
export function credentialOf(environment: Variables, simulated: boolean, clientId: string | undefined): Credential {
  return createCredential({ environment, simulated, ...(clientId && { clientId }) });
}

/**
 * The credentials of the identity that reads, and of the app that reads one of several tenants and trusts the reader.
 * The remediator writes to the home tenant only, so it reads that tenant with its own identity.
 */
export function credentialsOf(
  config: Config,
  env: Variables,
  tenantId: string | undefined,
  readsAs: 'reader' | 'remediator' = 'reader',
) {
  const { graph, remediation, tenants } = config;
  if (readsAs === 'remediator') {
    const credential = credentialOf(env, graph.simulated, remediation.clientId);
    return { reader: credential, tenant: credential };
  }
  const { tenantIds, multiTenantClientId: clientId } = tenants;
  const reader = credentialOf(env, graph.simulated, config.reader.clientId);
  const throughApp = tenantIds.length > 0 && tenantId && clientId;
  return { reader, tenant: throughApp ? createTenantCredential({ graph, tenantId, clientId, reader }) : reader };
}
