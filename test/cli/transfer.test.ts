import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { demoTenantId, simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { aShell, type Shell } from '../support/cli.js';
import { itOnPosix } from '../support/left-out.js';

const tenant = {
  ...simulatedTenantOf(
    ['Payroll Sync', 'Expense Portal'].map((name) =>
      anApp(name, { application: { keyCredentials: [aSymmetricSigningKey(name)] } }),
    ),
  ),
  id: '7ea25fe2-7e57-4e57-8e57-0c0ffee00003',
};

let shell: Shell;
let simulator: Simulator;
let settings: Record<string, string>;
beforeEach(async () => {
  [shell, simulator] = await Promise.all([aShell(), startSimulator({ tenant })]);
  settings = simulator.settings;
});
afterEach(async () => {
  await shell.close();
  await simulator.close();
});

/** Runs Azurite on a folder, as version 0.1.0 did, and ends it as Ctrl+C does: it then saves its data. */
async function withAzurite(location: string, options: string, work: (ports: string[]) => Promise<void>): Promise<void> {
  const azurite = createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js');
  const ports = ['--blobPort', '0', '--queuePort', '0', '--tablePort', '0', '--disableTelemetry'];
  const child = spawn(
    process.execPath,
    ['--no-warnings', azurite, '--location', location, ...options.split(' '), ...ports],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, AZURITE_ACCOUNTS: 'consentinel:a2V5' },
    },
  );
  const addresses: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [, address] = / service is successfully listening at (\S+)/.exec(line) ?? [];
    if (address) addresses.push(address);
    if (addresses.length === 3) break;
  }
  child.stdout.resume();
  try {
    // Blob, queue, table: the order in which Azurite starts them.
    await work(addresses.map((address) => new URL(address).port));
  } finally {
    child.kill('SIGINT');
    await once(child, 'exit');
  }
}

describe('export and import', () => {
  it('move a trial into another folder, with the same findings and a trail that verifies', async () => {
    expect((await shell.run(['scan', '--json'], settings)).exitCode).toBe(0);
    const before = await shell.run(['findings', '--output', 'json'], settings);
    const exported = await shell.run(['export', 'trial.jsonl'], settings);
    expect(exported).toMatchObject({ exitCode: 0, out: expect.stringContaining(`${tenant.id}: 2 findings, `) });
    expect(exported.out).toContain('Not in the file: queue messages');
    expect(exported.log).toContain('chain intact');

    const azure = { ...settings, AzureWebJobsStorage: process.env.AZURITE_CONNECTION_STRING ?? '' };
    const imported = await shell.run(['import', 'trial.jsonl'], azure);
    expect(imported).toMatchObject({ exitCode: 0, out: expect.stringContaining('The audit trail is intact.') });
    const [sha] = /[0-9a-f]{64}/.exec(exported.out) ?? [];
    expect(imported.out).toContain(sha);
    expect(await shell.run(['findings', '--output', 'json', '--tenant', tenant.id], azure)).toMatchObject({
      out: before.out,
    });
    expect((await shell.run(['verify-audit', '--tenant', tenant.id], azure)).exitCode).toBe(0);
    const again = await shell.run(['import', 'trial.jsonl'], azure);
    expect(again.out).toContain('Imported 0 rows');

    const refused = await shell.run(['import', 'missing.jsonl'], settings);
    expect(refused).toMatchObject({
      exitCode: 2,
      log: expect.stringContaining('missing.jsonl cannot be read (ENOENT)'),
    });
    const folder = await shell.run(['export', 'no/such/folder.jsonl'], settings);
    expect(folder.log).not.toContain('chain intact');
    expect(folder).toMatchObject({ exitCode: 2, log: expect.stringContaining('give FILE another path') });
  });

  it('leave the tenant of the demo out if there is another one, unless it is named', async () => {
    const demo = await startSimulator({ tenant: simulatedTenantOf([anApp('Payroll Sync')]) });
    try {
      expect((await shell.run(['scan', '--json'], demo.settings)).exitCode).toBe(0);
    } finally {
      await demo.close();
    }
    const alone = await shell.run(['export', 'demo.jsonl'], settings);
    expect(alone).toMatchObject({ exitCode: 0, out: expect.stringContaining(demoTenantId) });
    expect(alone.log).not.toContain('Not in the file');

    expect((await shell.run(['scan', '--json'], settings)).exitCode).toBe(0);
    const both = await shell.run(['export', 'trial.jsonl', '--output', 'json'], settings);
    expect(both).toMatchObject({ exitCode: 0, log: expect.stringContaining(`use --tenant ${demoTenantId}`) });
    expect(both.out).toContain(tenant.id);
    expect(both.out).not.toContain(demoTenantId);
    const rows = await readFile(path.join(shell.folder, 'trial.jsonl'), 'utf8');
    expect(rows).toContain(tenant.id);
    expect(rows).not.toContain(demoTenantId);

    const named = await shell.run(['export', 'demo-again.jsonl', '--tenant', demoTenantId], settings);
    expect(named).toMatchObject({ exitCode: 0, out: expect.stringContaining(demoTenantId) });
    expect(named.log).not.toContain('Not in the file');
  });

  itOnPosix('move the data of version 0.1.0 with the steps that import prints', async () => {
    const location = path.join(shell.folder, '.consentinel');
    const storage = ([, queue, table]: string[]) =>
      `DefaultEndpointsProtocol=http;AccountName=consentinel;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:${table}/consentinel;QueueEndpoint=http://127.0.0.1:${queue}/consentinel`;
    // The rows of 0.1.0, in its account and its folder.
    await withAzurite(location, '--silent --skipApiVersionCheck', async (ports) => {
      const scanned = await shell.run(['scan', '--json'], { ...settings, AzureWebJobsStorage: storage(ports) });
      expect(scanned.exitCode).toBe(0);
    });
    expect((await shell.run(['findings'], settings)).log).toContain('consentinel import .consentinel');
    const asked = await shell.run(['import', '.consentinel'], settings);
    expect(asked).toMatchObject({ exitCode: 2, log: expect.stringContaining('Move it in four steps:') });
    const [, options = ''] = /azurite@[\d.]+ --location \.consentinel (.*)/.exec(asked.log) ?? [];
    const [, connection = ''] = /AzureWebJobsStorage='([^']+)' consentinel export (\S+)/.exec(asked.log) ?? [];
    expect(asked.log).toContain('AZURITE_ACCOUNTS=consentinel:a2V5 npx azurite@');
    await withAzurite(location, options, async (ports) => {
      // The printed ports are Azurite's own, which another process of this machine may have.
      expect(connection).toBe(storage(['', '10001', '10002']));
      const exported = await shell.run(['export', 'consentinel-0.1.0.jsonl'], {
        ...settings,
        AzureWebJobsStorage: storage(ports),
      });
      expect(exported.exitCode).toBe(0);
    });
    const imported = await shell.run(['import', 'consentinel-0.1.0.jsonl'], settings);
    expect(imported).toMatchObject({ exitCode: 0, out: expect.stringContaining('The audit trail is intact.') });
    for (const name of await readdir(location))
      if (/^(__|azurite)/.test(name)) await rm(path.join(location, name), { recursive: true });
    const after = await shell.run(['findings', '--output', 'json'], settings);
    expect([JSON.parse(after.out).length, after.log]).toEqual([2, '']);
    const file = path.join(shell.folder, 'consentinel-0.1.0.jsonl');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).not.toContain('a2V5');
  });
});
