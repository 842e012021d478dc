import type { Remediator } from '../../jobs/ports/index.js';
import type { KeyCredential } from '../../model/entra/app.js';
import type { GraphWrite } from '../../model/remediation/remediation.js';
import { createSend, type GraphSettings, type Send } from '../http/send.js';
import { claimsOfToken } from '../reads/directory.js';
import { originalCredentialsOf } from '../reads/original-credentials.js';
import { otherTenant, readOrganization } from '../reads/tenant.js';

/** A write waits for nobody: what was not answered in time is settled by reading. */
const patience = { timeout: 60_000, budget: 120_000 };

/**
 * Sends writes under the identity whose credential it is given.
 * Source: Graph, update application / servicePrincipal, create servicePrincipal, update adminConsentRequestPolicy.
 */
export function createRemediator(settings: GraphSettings & { readonly tenantId?: string }): Remediator {
  const send = createSend({ ...patience, ...settings });
  return {
    async send(write, signal) {
      await mustBeAtHome(send, settings, signal);
      const { requestId } = await send({ method: write.method, path: write.path, body: bodyOf(write), signal });
      return requestId;
    },
    roles: async (signal) => (await claimsOfToken(settings, signal))?.roles,
  };
}

/**
 * A plan of one tenant must never be sent to another. Where the token does not tell its tenant, Graph is asked.
 * @throws ConsentinelError `config-invalid` before anything is sent
 */
async function mustBeAtHome(
  send: Send,
  { tenantId, ...settings }: Parameters<typeof createRemediator>[0],
  signal?: AbortSignal,
) {
  if (!tenantId) return;
  const token = (await claimsOfToken(settings, signal))?.tid?.toLowerCase();
  if (!token) await readOrganization(send, { configured: tenantId }, signal);
  else if (token !== tenantId) throw otherTenant(tenantId, token);
}

function bodyOf({ body }: GraphWrite): unknown {
  const { keyCredentials } = body;
  if (!Array.isArray(keyCredentials)) return body;
  return { ...body, keyCredentials: originalCredentialsOf(keyCredentials as readonly KeyCredential[]) };
}
