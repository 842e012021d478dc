import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { scanTenant } from '../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../src/local/demo-tenant.js';
import type { Finding } from '../src/model/finding/finding.js';
import { anApp, aSymmetricSigningKey } from '../src/rules/testing/cases.js';
import { environment, type Runtime } from '../src/runtime.js';
import { type Simulator, startSimulator } from '../src/simulator/http/server.js';
import { measure } from './measure.js';
import { type BenchStorage, benchRuntime, benchStorage, storageName } from './storage.js';

/** At most this number of findings is suppressed. */
const suppressed = 1_000;

interface Phase {
  readonly name: string;
  /** Changes the tenant or the findings before the scan. */
  prepare?(): Promise<void> | void;
}

/**
 * Prints the requests and seconds for each finding of a first scan, an unchanged one, and scans in which all findings
 * change, 1,000 suppressed ones change, and all are resolved. No test asserts the result.
 * @param args `--findings 1000,10000,100000`, `--storage sqlite` or `azurite`, `--objects` for more objects without findings,
 * `--phases first,unchanged` for some scans only
 */
export async function benchGrowth(args: readonly string[]): Promise<void> {
  const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const only = option('--phases')?.split(',');
  for (const count of (option('--findings') ?? '1000,10000,100000').split(',').map(Number)) {
    const storage = await benchStorage(storageName(args));
    try {
      await benchCount(count, Number(option('--objects') ?? 0), storage, only);
    } finally {
      await storage.close();
    }
  }
}

/** Half of the findings have a plan, half belong to another rule. */
async function benchCount(
  count: number,
  objects: number,
  storage: BenchStorage,
  only: readonly string[] | undefined,
): Promise<void> {
  const apps = Array.from({ length: count }, (_, i) =>
    i % 2 === 0
      ? anApp(`App ${i}`, { application: { keyCredentials: [aSymmetricSigningKey(`app ${i}`)] } })
      : anApp(`App ${i}`, { servicePrincipal: null }),
  );
  const ids = apps.flatMap(({ application }) => application?.id ?? []);
  const others = Array.from({ length: Math.max(0, Math.floor((objects - count * 1.5) / 2)) }, (_, i) =>
    anApp(`Other ${i}`),
  );
  const simulator = await startSimulator({ tenant: simulatedTenantOf([...apps, ...others]) });
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = simulator.settings;
  Object.assign(environment, { IDENTITY_ENDPOINT, IDENTITY_HEADER });
  const settings = {
    ...simulator.settings,
    ...storage.settings,
    MAX_RESOLVED_PERCENT: '100',
  };
  const runtime = await benchRuntime(settings);
  try {
    const rows = [];
    for (const { name, prepare } of phasesOf(runtime, simulator, ids)) {
      if (only && !only.includes(name)) continue;
      await prepare?.();
      rows.push({ findings: count, scan: name, ...(await scanInChild(settings, count)) });
    }
    console.table(rows);
  } finally {
    await runtime.close();
    await simulator.close();
  }
}

function phasesOf(runtime: Runtime, { directory }: Simulator, ids: readonly string[]): Phase[] {
  const rename = (name: string, some: readonly string[]) => {
    for (const id of some) directory.update('applications', id, { displayName: `${name} ${id}` });
  };
  return [
    { name: 'first' },
    { name: 'unchanged' },
    { name: 'all changed', prepare: () => rename('Second', ids) },
    { name: '1,000 suppressed', prepare: () => suppressSome(runtime) },
    { name: '1,000 suppressed changed', prepare: async () => rename('Third', await suppressedObjects(runtime)) },
    { name: 'all resolved', prepare: () => deleteAll(directory, ids) },
  ];
}

function deleteAll(directory: Simulator['directory'], ids: readonly string[]): void {
  for (const id of ids) directory.delete('applications', id);
}

/** Suppresses findings for a year, as `suppress` does, without its reads. */
async function suppressSome(runtime: Runtime): Promise<void> {
  const changes = [];
  for await (const { value, etag } of runtime.records().findings.findings(await runtime.tenantId())) {
    if (value.status !== 'open' || changes.length === suppressed) continue;
    const until = new Date(Date.parse(value.changedAt) + 365 * 86_400_000).toISOString();
    const suppression = { reason: 'Known.', author: 'bench', suppressedAt: value.changedAt, until };
    changes.push({ finding: { ...value, status: 'suppressed', suppression } satisfies Finding, etag, events: [] });
  }
  await runtime.records().findings.commit(changes);
}

async function suppressedObjects(runtime: Runtime): Promise<string[]> {
  const summaries = await runtime.records().findings.summaries(await runtime.tenantId());
  return summaries.filter(({ status }) => status === 'suppressed').map(({ objectId }) => objectId);
}

/**
 * Scans in a process of its own, because memory and requests are counted by process. The cost is that of a
 * finding that was written, or of a stored one where nothing was written.
 */
async function scanInChild(settings: Readonly<Record<string, string>>, findings: number) {
  const child = fork(fileURLToPath(import.meta.url), ['growth', 'scan'], { env: { ...process.env, ...settings } });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`The process of the scan ended with ${signal ?? `exit code ${code}`} before it reported its cost.`);
  });
  const [{ wallMilliseconds, peakRssMegabytes, storageRequests, graphRequests, result, note }] = (await Promise.race([
    once(child, 'message'),
    ended,
  ])) as [Awaited<ReturnType<typeof measure>>];
  ended.catch(() => {});
  child.kill();
  return {
    status: note,
    writes: result,
    seconds: Number((wallMilliseconds / 1000).toFixed(1)),
    storageRequests,
    requestsPerFinding: Number((storageRequests / (result || findings)).toFixed(3)),
    millisecondsPerFinding: Number((wallMilliseconds / (result || findings)).toFixed(2)),
    graphRequests,
    peakRssMegabytes,
  };
}

/** The child of `benchGrowth`: one scan with the settings of the environment. */
export async function scanForGrowth(): Promise<void> {
  const measured = await measure(async () => {
    const runtime = await benchRuntime(environment);
    const { status, writes } = await scanTenant(runtime.scanContext(), { requestedBy: 'bench' });
    await runtime.close();
    return { result: writes, note: status };
  });
  process.send?.(measured);
}
