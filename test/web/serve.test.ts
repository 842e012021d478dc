import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { aShell, type Shell } from '../support/cli.js';

const tenant = simulatedTenantOf([
  anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } }),
]);
let shell: Shell;
let simulator: Simulator;
beforeEach(async () => {
  shell = await aShell();
  simulator = await startSimulator({ tenant });
});
afterEach(async () => {
  await shell.close();
  await simulator.close();
});

it('consentinel serve prints an address that signs one browser in, and ends when it is interrupted', async () => {
  const settings = { ...simulator.settings };
  await shell.run(['scan'], settings);
  const child = shell.start(['serve', '--host', '127.0.0.1'], settings);
  if (!child.stdout) throw new Error('It has no output.');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value: address } = await lines.next();
  const { origin } = new URL(address);
  expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await fetch(`${origin}/`)).status).toBe(401);
  const health = await fetch(`${origin}/api/health`);
  expect([health.status, await health.json()]).toEqual([200, expect.objectContaining({ status: 'ok' })]);

  const signedIn = await fetch(address, { redirect: 'manual' });
  expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/']);
  expect((await fetch(address)).status).toBe(401);
  expect((await lines.next()).value).not.toBe(address);

  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const read = async (path: string) => (await fetch(origin + path, { headers: { cookie } })).text();
  expect(await read('/')).toContain('Payroll Sync');
  // The bundle contains the READMEs of the rules.
  expect(await read('/rules/no-symmetric-signing-key')).toContain('<h2>Why it matters</h2>');

  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it.each(['serve', 'simulate'])('%s reports the port that is in use', async (command) => {
  const { port } = new URL(simulator.origin);
  const { exitCode, log } = await shell.run([command, '--port', port], { ...simulator.settings });
  expect(exitCode).toBe(2);
  expect(log).toContain(`Another program uses the port ${port}. Remove --port to use a free port.`);
  expect(log).not.toContain(' at ');
});
