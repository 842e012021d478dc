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

it.each([
  ['PUT', '/policies/adminConsentRequestPolicy', 'Policy.ReadWrite.ConsentRequest'],
  ['PATCH', '/policies/defaultAppManagementPolicy', 'Policy.ReadWrite.ApplicationConfiguration'],
  [
    'POST',
    "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')/delegatedPermissionClassifications",
    'Policy.ReadWrite.PermissionGrant',
  ],
  ['POST', '/directory/deletedItems/11111111-0000-4000-8000-000000000001/restore', 'Application.ReadWrite.All'],
  ['PATCH', '/applications/11111111-0000-4000-8000-000000000001', 'Application.ReadWrite.All'],
] as const)('a refused %s %s names the permission to write', async (method, path, permission) => {
  const refused = failure(403, 'Authorization_RequestDenied');
  await withGraph([refused], async ({ settings }) => {
    const sending = createRemediator({ ...settings, random: () => 0 }).send({
      method,
      path,
      body: { isEnabled: true },
    });
    expect(await rejection(sending)).toMatchObject({ code: 'permission-missing', permission });
  });
});
