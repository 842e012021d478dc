import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp } from '../../src/rules/testing/cases.js';
import { startSimulator } from '../../src/simulator/http/server.js';
import { aShell, type Shell } from '../support/cli.js';

let shell: Shell;
beforeEach(async () => {
  shell = await aShell();
});
afterEach(() => shell.close());

/** The address of a port on which nothing listens any more. */
async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}`;
}

it('a scan says that the managed identity does not answer, and what to do about it', async () => {
  const { exitCode, log, out } = await shell.run(['scan'], {
    GRAPH_ENDPOINT: await deadAddress(),
    IDENTITY_ENDPOINT: `${await deadAddress()}/msi/token`,
    IDENTITY_HEADER: 'header',
  });
  expect(exitCode).toBe(1);
  expect(log + out).toContain('The endpoint of the managed identity does not answer');
  expect(log + out).toContain('If IDENTITY_ENDPOINT comes from `consentinel simulate`, start it again');
});

it('a scan that waits for Graph says so, with the address', async () => {
  const simulator = await startSimulator({ tenant: simulatedTenantOf([anApp('Payroll')]) });
  try {
    const endpoint = await deadAddress();
    const scan = shell.start(['scan'], { ...simulator.settings, GRAPH_ENDPOINT: endpoint });
    let log = '';
    for await (const part of scan.stderr ?? []) {
      log += part;
      if (log.includes('\n')) break;
    }
    scan.kill('SIGINT');
    expect(log).toContain(`Microsoft Graph at ${endpoint} does not answer (the connection failed, ECONNREFUSED).`);
  } finally {
    await simulator.close();
  }
});
