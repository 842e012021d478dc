import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { createCredential } from '../../src/graph/auth/credential.js';
import { createTenantCredential } from '../../src/graph/auth/tenant-credential.js';
import { createDirectory } from '../../src/graph/reads/directory.js';
import { startSimulator } from '../../src/simulator/http/server.js';
import { aTenant } from '../simulator/client.js';

const contoso = 'aaaaaaaa-0000-4000-8000-000000000001';
const fabrikam = 'bbbbbbbb-0000-4000-8000-000000000002';

it('no request to a simulator uses the proxy of the machine', async () => {
  const proxied: string[] = [];
  const proxy = createServer((request, response) => {
    proxied.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  const simulator = await startSimulator({ tenant: aTenant({ id: contoso }), others: [aTenant({ id: fabrikam })] });
  const variables = { ...simulator.settings, HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: '127.0.0.1' };
  // The library reads the environment of the process.
  Object.assign(process.env, variables);
  const { MULTI_TENANT_CLIENT_ID: clientId = '', READER_CLIENT_ID: readerId = '' } = simulator.settings;
  const graph = { endpoint: simulator.origin, simulated: true };
  const reader = createCredential({ simulated: true, clientId: readerId, environment: simulator.settings });
  const credential = createTenantCredential({ graph, tenantId: contoso, clientId, reader });
  try {
    const directory = createDirectory({ graph, credential, tenantId: contoso, wait: async () => undefined });
    expect(await directory.organization().catch(String)).toMatchObject({ id: contoso });
    expect(proxied).toEqual([]);
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
    await simulator.close();
    proxy.close();
  }
});
