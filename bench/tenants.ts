import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readConfig } from '../src/config.js';
import { queueNames } from '../src/jobs/ports/index.js';
import { requestNightlyScan } from '../src/jobs/scan/request-scan.js';
import { scanOrWait } from '../src/jobs/scan/scan-or-wait.js';
import { simulatedTenantOf } from '../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../src/rules/testing/cases.js';
import { createInstallation } from '../src/runtime.js';
import { startSimulator } from '../src/simulator/http/server.js';
import { firstMessage } from './simulated-tenant.js';
import { benchStorage } from './storage.js';

/** The tenants of a run. */
interface Customers {
  readonly tenants: number;
  /** Applications and service principals of each tenant. */
  readonly objects: number;
  /** Those of the home tenant, which is scanned first. */
  readonly large: number;
}

/** One scan of one tenant. */
interface Turn {
  readonly tenantId: string;
  readonly status: string;
  /** Milliseconds since the epoch. */
  readonly begun: number;
  readonly ended: number;
  /** Of the worker after the scan. */
  readonly rssMegabytes: number;
}

const idOf = (number: number) => `c0000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
/** This tenant has withdrawn its consent. */
const failing = 3;
const megabyte = 1024 * 1024;

/**
 * Scans many tenants through the queue with several workers, each a process that takes one message at a time, as host.json
 * lets an instance do. The first tenant is large, and one has withdrawn its consent. It prints how long the tenants take,
 * at the beginning and at the end, and the memory of the workers. No test asserts the result.
 * @param args `--tenants 1000`, `--objects 1000`, `--large 100000`, `--workers 2,8`
 */
export async function benchTenants(main: string, args: readonly string[]): Promise<void> {
  const option = (name: string, otherwise: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);
  const number = (name: string, otherwise: string) => Number(option(name, otherwise));
  const customers = {
    tenants: number('--tenants', '1000'),
    objects: number('--objects', '1000'),
    large: number('--large', '100000'),
  };
  const rows = [];
  for (const workers of (option('--workers', '2,8') ?? '').split(',').map(Number))
    rows.push(await benchWorkers(main, customers, workers));
  console.table(rows);
}

/** @returns what one number of workers needs for all tenants */
export async function benchWorkers(main: string, customers: Customers, workers: number) {
  const simulator = fork(main, ['simulate-tenants', JSON.stringify(customers)]);
  const [settings] = (await firstMessage(simulator, 'simulator')) as [Record<string, string>];
  // The workers are processes of their own, and share its queues.
  const place = await benchStorage('azurite');
  const env = { ...process.env, ...settings, ...place.settings };
  try {
    const installation = await createInstallation(readConfig(env), env);
    await requestNightlyScan(installation.nightlyScan(), undefined, installation.tenants.tenantIds);
    const start = Date.now();
    const turns = (
      await Promise.all(Array.from({ length: workers }, () => turnsOf(fork(main, ['work-on-tenants'], { env }))))
    ).flat();
    await installation.close();
    return { ...customers, workers, ...summaryOf(turns, start) };
  } finally {
    simulator.kill();
    await place.close();
  }
}

async function turnsOf(worker: ChildProcess): Promise<Turn[]> {
  const turns: Turn[] = [];
  worker.on('message', (turn) => turns.push(turn as Turn));
  await once(worker, 'exit');
  return turns;
}

function summaryOf(turns: readonly Turn[], start: number) {
  const large = turns.find(({ tenantId }) => tenantId === idOf(0));
  const small = turns.filter((turn) => turn !== large).sort((a, b) => a.begun - b.begun);
  const tenth = Math.max(1, Math.floor(small.length / 10));
  const time = (some: readonly Turn[]) =>
    Math.round(some.reduce((sum, { begun, ended }) => sum + ended - begun, 0) / some.length);
  const most = (some: readonly Turn[]) => Math.max(...some.map(({ rssMegabytes }) => rssMegabytes));
  const seconds = (until: number | undefined) => Number((((until ?? start) - start) / 1000).toFixed(1));
  const complete = turns.filter(({ status }) => status === 'complete').length;
  return {
    seconds: seconds(Math.max(...turns.map(({ ended }) => ended))),
    largeEnded: seconds(large?.ended),
    smallEnded: seconds(small.at(-1)?.ended),
    firstTenthMs: time(small.slice(0, tenth)),
    lastTenthMs: time(small.slice(-tenth)),
    firstTenthMB: most(small.slice(0, tenth)),
    lastTenthMB: most(small.slice(-tenth)),
    complete,
    failed: turns.length - complete,
  };
}

/** The child that simulates all tenants. */
export async function simulateTenants({ tenants, objects, large }: Customers): Promise<void> {
  const payroll = anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } });
  const customer = (number: number) => ({
    ...simulatedTenantOf([payroll], undefined, { objects: number === 0 ? large : objects, seed: number + 1 }),
    id: idOf(number),
    displayName: `Customer ${number}`,
  });
  const others = Array.from({ length: tenants - 1 }, (_, i) => customer(i + 1));
  const simulator = await startSimulator({ tenant: customer(0), others });
  for (const [number, { id }] of others.entries()) if (number + 1 !== failing) simulator.tenant(id).consent();
  process.send?.(simulator.settings);
}

/** One worker: takes messages until the queue is empty. */
export async function workOnTenants(): Promise<void> {
  const installation = await createInstallation(readConfig(process.env), process.env);
  const { inbox } = installation.runtime(idOf(0)).alerts();
  for (;;) {
    const [taken] = await inbox.receive(queueNames.scanRequests, 1, 3_600);
    if (!taken) break;
    const message = JSON.parse(taken.text) as { tenantId: string };
    const begun = Date.now();
    const status = await scanned(installation, message);
    await inbox.remove(queueNames.scanRequests, taken);
    const rssMegabytes = Math.round(process.memoryUsage.rss() / megabyte);
    process.send?.({ tenantId: message.tenantId, status, begun, ended: Date.now(), rssMegabytes } satisfies Turn);
  }
  await installation.close();
  process.disconnect();
}

async function scanned(
  installation: Awaited<ReturnType<typeof createInstallation>>,
  message: { readonly tenantId: string },
): Promise<string> {
  try {
    const context = installation.runtimeFor(message).scanContext({ inBackground: true });
    return (await scanOrWait(context, message, {}, () => {}))?.status ?? 'postponed';
  } catch {
    return 'failed';
  }
}
