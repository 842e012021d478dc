import { type Config, isLoopback } from '../config.js';
import { createCredential } from '../graph/auth/credential.js';
import { createTenantCredential } from '../graph/auth/tenant-credential.js';
import type { CallOptions } from '../graph/http/send.js';
import { createRemediator } from '../graph/writes/remediator.js';
import type { Remediator } from '../jobs/ports/index.js';
import type { Variables } from './installation.js';

/** The source of tokens. */
export type Credential = ReturnType<typeof createCredential>;

/** @param clientId of a user-assigned identity; undefined for the identity of the process */
export function credentialOf(environment: Variables, simulated: boolean, clientId: string | undefined): Credential {
  return createCredential({ environment, simulated, ...(clientId && { clientId }) });
}

/** The credential for tables and queues; undefined where a connection string grants access. */
export function storageCredentialOf({ storage }: Config, env: Variables): Credential | undefined {
  if (storage.kind !== 'identity') return undefined;
  return credentialOf(env, isLoopback(storage.tableServiceUri), storage.clientId);
}

/** The credentials of the reader, and of the app that reads one of several tenants and trusts the reader. */
export function credentialsOf(config: Config, env: Variables, tenantId: string | undefined) {
  const { graph, tenants } = config;
  const { tenantIds, multiTenantClientId: clientId } = tenants;
  const reader = credentialOf(env, graph.simulated, config.reader.clientId);
  const throughApp = tenantIds.length > 0 && tenantId && clientId;
  return { reader, tenant: throughApp ? createTenantCredential({ graph, tenantId, clientId, reader }) : reader };
}

/** The client of the identity that writes; undefined where none is configured. */
export function remediatorOf(config: Config, env: Variables, calls: CallOptions = {}): Remediator | undefined {
  const { graph, remediation, reader, tenants } = config;
  if (!remediation.clientId && !remediation.withSignedInCredential) return undefined;
  const { tenantId } = tenants;
  const credential = credentialOf(env, graph.simulated, remediation.clientId ?? reader.clientId);
  return createRemediator({ ...calls, graph, credential, ...(tenantId && { tenantId }) });
}
