import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config.js';
import { approve } from '../../src/jobs/remediation/approve.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { createRuntime } from '../../src/runtime.js';
import { aLaptop } from '../support/laptop.js';
import { runFunctions } from '../support/run-function.js';
import { withParts } from '../support/runtime-parts.js';
import { otherAccount } from '../support/storage.js';

const run = promisify(execFile);
const json = async (file: string) => JSON.parse(await readFile(file, 'utf8'));
const functionsOf = {
  scanner: {
    nightlyScan: 'timerTrigger %SCAN_SCHEDULE%',
    catchUp: 'timerTrigger 0 40 */2 * * *',
    scanRequests: 'queueTrigger scan-requests',
    scanRequestsPoison: 'queueTrigger scan-requests-poison',
    alerts: 'queueTrigger alerts',
    alertsPoison: 'queueTrigger alerts-poison',
    health: 'httpTrigger api/health',
  },
  web: { web: 'httpTrigger {*path}' },
  remediator: {
    remediations: 'queueTrigger remediations',
    remediationsPoison: 'queueTrigger remediations-poison',
  },
};
type AppName = keyof typeof functionsOf;
const appNames = Object.keys(functionsOf) as AppName[];

let folder = '';
const entry = (app: AppName) => path.join(folder, app, 'functions.js');
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'consentinel-apps-'));
  await run(process.execPath, ['scripts/package.js', '--out', folder]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The triggers that an entry point registers. */
async function triggers(file: string, settings: Readonly<Record<string, string>> = {}) {
  const { functions } = await runFunctions([], settings, file);
  return Object.entries(functions).map(([name, { bindings }]) => {
    const trigger = Object.values(bindings).find(({ type }) => /trigger$/i.test(type)) ?? { type: 'none' };
    return { ...trigger, name } as { name: string; type: string; connection?: string } & Record<string, unknown>;
  });
}

describe('the apps of src/boundaries.json', () => {
  it('are those of the deployment, and one process has the functions of all', async () => {
    const { apps } = await json('src/boundaries.json');
    expect(apps.map(({ app }: { app: string }) => app)).toEqual(appNames);
    const all = await triggers('dist/functions.js');
    expect(all.map(({ name }) => name).sort()).toEqual(
      Object.values(functionsOf)
        .flatMap((functions) => Object.keys(functions))
        .sort(),
    );
  });

  it.each(appNames)('the package of %s has exactly its functions', async (app) => {
    const found = await triggers(entry(app));
    const shown = found.map(({ name, type, ...binding }) => [
      name,
      `${type} ${binding.schedule ?? binding.queueName ?? binding.route}`,
    ]);
    expect(Object.fromEntries(shown)).toEqual(functionsOf[app]);
  });

  it.each(appNames)('the package of %s does not contain what belongs to another app', async (app) => {
    const maps = (await readdir(path.join(folder, app))).filter((file) => file.endsWith('.map'));
    const sources = (await Promise.all(maps.map((file) => json(path.join(folder, app, file))))).flatMap(
      (map) => map.sources as string[],
    );
    const modules = sources.flatMap((source) => /(?:^|\/)src\/(.+)\.tsx?$/.exec(source)?.[1] ?? []);
    expect(modules).toContain(`functions/${app}`);
    const { apps } = await json('src/boundaries.json');
    const { without } = apps.find((one: { app: string }) => one.app === app);
    expect(modules.filter((module) => without.some((part: string) => module.includes(part)))).toEqual([]);
  });

  it('contain the client that writes and the executor in the remediator only', async () => {
    const { apps } = await json('src/boundaries.json');
    for (const { app, without } of apps as { app: AppName; without: string[] }[]) {
      const excluded = (module: string) => without.some((part) => module.includes(part));
      for (const module of ['graph/writes/remediator', 'jobs/remediation/execute'])
        expect([app, module, excluded(module)]).toEqual([app, module, app !== 'remediator']);
    }
  });

  it.each([
    ['AzureWebJobsStorage', {}],
    ['AzureWebJobsStorage', { AzureWebJobsStorage__accountName: 'hostaccount' }],
    ['ConsentinelStorage', { ConsentinelStorage: 'UseDevelopmentStorage=true' }],
    ['ConsentinelStorage', { ConsentinelStorage__accountName: 'dataaccount' }],
    ['ConsentinelStorage', { ConsentinelStorage__queueServiceUri: 'https://dataaccount.queue.core.windows.net' }],
  ])('take their queues from %s with %j', async (connection, settings) => {
    for (const app of ['scanner', 'remediator'] as const) {
      const queues = (await triggers(entry(app), settings)).filter(({ type }) => type === 'queueTrigger');
      expect(queues.map((queue) => queue.connection)).toEqual(queues.map(() => connection));
    }
  });
});

it('the remediator executes with its own identity, in the accounts of the deployment, without the reader', async () => {
  const tenant = {
    ...simulatedTenantOf([anApp('Payroll', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } })]),
    id: randomUUID(),
  };
  const accounts = {
    ConsentinelStorage: process.env.AZURITE_CONNECTION_STRING ?? '',
    AzureWebJobsStorage: otherAccount('hostaccount'),
  };
  const laptop = await aLaptop({ tenant }, { ...accounts, TENANT_ID: tenant.id });
  try {
    const granted: string[] = (await json('infra/graph-roles.json')).remediator;
    const { roles } = laptop.simulator.identities.remediator;
    for (const role of [...roles]) if (!granted.includes(role)) roles.delete(role);
    for (const role of granted) roles.add(role);

    // The functions use the tables without a prefix.
    const runtime = withParts(await createRuntime(readConfig(laptop.settings), laptop.settings));
    await scanTenant(runtime, { requestedBy: 'test' });
    const found = [];
    for await (const { value } of runtime.findings.findings(tenant.id)) found.push(value);
    const finding = found.find(({ ruleId }) => ruleId === 'no-symmetric-signing-key');
    const subject = { tenantId: tenant.id, findingId: finding?.id ?? '', author: 'ada' };
    const approved = await approve(runtime, { ...subject, acknowledgeWarnings: true });
    if (!approved.remediation) throw new Error('There is no plan.');

    laptop.simulator.identities.reader.roles.clear();
    const data = { json: JSON.stringify(messageFor(approved, approved.remediation)) };
    // The reader is not assigned to this app: a token for it is refused.
    const settings = { ...laptop.settings, READER_CLIENT_ID: randomUUID() };
    const { invocations } = await runFunctions([{ name: 'remediations', data }], settings, entry('remediator'));
    expect(invocations).toMatchObject([{ ok: true, logs: [expect.stringContaining('"status":"applied"')] }]);
  } finally {
    await laptop.close();
  }
}, 90_000);

it('each app creates the queues that its identity may create', async () => {
  const connectionString = otherAccount('newaccount');
  const laptop = await aLaptop();
  const settings = { ...laptop.settings, ConsentinelStorage: connectionString };
  const queues = async () => {
    const names = [];
    for await (const { name } of QueueServiceClient.fromConnectionString(connectionString).listQueues())
      names.push(name);
    return names.sort();
  };
  const invoke = async (app: AppName, name: string, data: Parameters<typeof runFunctions>[0][number]['data']) => {
    await runFunctions([{ name, data }], settings, entry(app));
    return queues();
  };
  try {
    const page = { http: { method: 'GET', url: 'https://app.example/' } };
    expect(await invoke('web', 'web', page)).toEqual([]);
    const own = ['remediations', 'remediations-poison'];
    expect(await invoke('remediator', 'remediationsPoison', { json: '{}' })).toEqual(own);
    const timer = { json: JSON.stringify({ schedule: {}, isPastDue: false }) };
    const all = [...own, 'alerts', 'alerts-poison', 'scan-requests', 'scan-requests-poison'];
    expect(await invoke('scanner', 'nightlyScan', timer)).toEqual(all.sort());
  } finally {
    await laptop.close();
  }
});
