import type { Remediator } from '../../jobs/ports/index.js';
import type { KeyCredential } from '../../model/entra/app.js';
import type { GraphWrite } from '../../model/remediation/graph-write.js';
import { createSend, type GraphSettings, type Send } from '../http/send.js';
import { claimsOfToken } from '../reads/directory.js';
import { originalCredentialsOf } from '../reads/original-credentials.js';
import { readOrganization, tenantMismatch } from '../reads/tenant.js';

/** Milliseconds. The caller verifies a write without a response by reading. */
const limits = { timeout: 60_000, budget: 120_000 };

/**
 * Sends writes with the identity of the given credential.
 * @param settings `tenantId` is the only tenant that may receive writes
 * Source: Graph, update application / servicePrincipal, create servicePrincipal, update adminConsentRequestPolicy.
 */
export function createRemediator(settings: GraphSettings & { readonly tenantId?: string }): Remediator {
  const send = createSend({ ...limits, ...settings });
  // The identity, and so the tenant, of one client never changes.
  let verified = false;
  const prepare = async (signal?: AbortSignal) => {
    if (!verified) await assertTenant(send, settings, signal);
    verified = true;
  };
  return {
    // The credential keeps the token until it expires.
    async prepare(signal) {
      await claimsOfToken(settings, signal);
      await prepare(signal);
    },
    async send(write, signal) {
      await prepare(signal);
      const { requestId } = await send({ method: write.method, path: write.path, body: bodyOf(write), signal });
      return requestId;
    },
    roles: async (signal) => (await claimsOfToken(settings, signal))?.roles,
  };
}

/**
 * Ensures that the plan of one tenant is never sent to another. For an opaque token it reads the tenant id from Graph.
 * @throws ConsentinelError `config-invalid` for another tenant
 */
async function assertTenant(
  send: Send,
  { tenantId, ...settings }: Parameters<typeof createRemediator>[0],
  signal?: AbortSignal,
) {
  if (!tenantId) return;
  const token = (await claimsOfToken(settings, signal))?.tid?.toLowerCase();
  if (!token) await readOrganization(send, { configured: tenantId }, signal);
  else if (token !== tenantId) throw tenantMismatch(tenantId, token);
}

/** Actions without parameters, such as restore, take no body. */
function bodyOf({ body }: GraphWrite): unknown {
  if (Object.keys(body).length === 0) return undefined;
  const { keyCredentials } = body;
  if (!Array.isArray(keyCredentials)) return body;
  return { ...body, keyCredentials: originalCredentialsOf(keyCredentials as readonly KeyCredential[]) };
}
