import type { Config } from '../config.js';
import type { CallOptions } from '../graph/http/send.js';
import { createRemediator } from '../graph/writes/remediator.js';
import type { Remediator } from '../jobs/ports/index.js';
import { credentialOf } from './identities.js';
import type { Variables } from './installation.js';

/** The client of the identity that writes; undefined where none is configured. */
export function remediatorOf(config: Config, env: Variables, calls: CallOptions = {}): Remediator | undefined {
  const { graph, remediation, reader, tenants } = config;
  if (!remediation.clientId && !remediation.withSignedInCredential) return undefined;
  const { tenantId } = tenants;
  const credential = credentialOf(env, graph.simulated, remediation.clientId ?? reader.clientId);
  return createRemediator({ ...calls, graph, credential, ...(tenantId && { tenantId }) });
}
