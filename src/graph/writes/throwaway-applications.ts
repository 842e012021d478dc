import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ThrowawayApplications } from '../../jobs/ports/index.js';
import { callFacts, GraphCallError, malformed } from '../http/errors.js';
import { createSend, type GraphSettings } from '../http/send.js';
import { selfSignedCertificate } from './self-signed-certificate.js';

const limits = { timeout: 60_000, budget: 120_000 };
const createdSchema = z.looseObject({ id: z.string().min(1), appId: z.string().min(1) });
const day = 86_400_000;

/**
 * Creates and deletes applications with the identity of the given credential.
 * @param now the present time, ISO 8601 UTC
 * Source: Graph, create application, delete application; keyCredential.
 */
export function createThrowawayApplications(settings: GraphSettings, now: () => string): ThrowawayApplications {
  const send = createSend({ ...limits, ...settings });
  return {
    async create(displayName, signal) {
      const body = { displayName, signInAudience: 'AzureADMyOrg', keyCredentials: credentials(displayName, now()) };
      const response = await send({ method: 'POST', path: '/applications', body, signal });
      const created = createdSchema.safeParse(response.body);
      if (created.success) return created.data;
      throw malformed(callFacts('POST', '/applications', response), 'a created application without id or appId');
    },
    async delete(id, signal) {
      try {
        await send({ method: 'DELETE', path: `/applications/${encodeURIComponent(id)}`, signal });
      } catch (error) {
        if (!(error instanceof GraphCallError && error.call.status === 404)) throw error;
      }
    },
  };
}

/** The secret of the symmetric key is random, and the program does not store it. */
function credentials(displayName: string, now: string): object[] {
  const [from, until] = [new Date(Date.parse(now) - day), new Date(Date.parse(now) + 2 * day)];
  const dates = { startDateTime: seconds(from), endDateTime: seconds(until) };
  const certificate = selfSignedCertificate(displayName, from, until).toString('base64');
  return [
    { keyId: randomUUID(), type: 'AsymmetricX509Cert', usage: 'Verify', key: certificate },
    { keyId: randomUUID(), type: 'Symmetric', usage: 'Sign', key: randomBytes(32).toString('base64'), ...dates },
  ];
}

/** Graph stores whole seconds. */
function seconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
