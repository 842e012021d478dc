import { expect, it } from '@jest/globals';
import { createRemediator } from '../../src/graph/writes/remediator.js';
import { failure, type Reply, rejection, withGraph } from './scripted-graph.js';

const write = { method: 'POST', path: '/servicePrincipals', body: { appId: 'a' } } as const;
const opaque = { getToken: async () => ({ token: 'opaque', expiresOnTimestamp: Date.now() + 3_600_000 }) };
const organization: Reply = { body: { value: [{ id: 'T1', displayName: 'Contoso' }] } };

it.each([
  ['is sent if it returns the tenant', 't1', organization, ['GET', 'POST']],
  ['is not sent if it returns another tenant', 't2', organization, ['GET']],
  ['is not sent if it is unavailable', 't1', failure(503, 'x'), ['GET']],
] as const)(
  'a write with an opaque token first reads the tenant from Graph, and %s',
  async (_, tenantId, reply, sent) => {
    await withGraph(
      ({ method }) => (method === 'GET' ? reply : { status: 201, body: {} }),
      async ({ settings, requests }) => {
        const sending = createRemediator({ ...settings, credential: opaque, tenantId, random: () => 0 }).send(write);
        if (sent.length === 2) await sending;
        else
          expect(await rejection(sending)).toMatchObject({
            code: expect.stringMatching(/^(config-invalid|graph-unavailable)$/),
          });
        expect([...new Set(requests.map(({ method }) => method))]).toEqual(sent);
      },
    );
  },
);
