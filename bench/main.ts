import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { scanTenant } from '../src/jobs/scan/scan-tenant.js';
import { floor, sequential } from './floor.js';
import { benchGrowth, scanForGrowth } from './growth.js';
import { type Measurement, measure } from './measure.js';
import { benchReads } from './reads.js';
import { script } from './script.js';
import { benchRuntime, benchStorage, storageName } from './storage.js';

type Environment = Record<string, string | undefined>;

const contenders = {
  floor,
  sequential,
  script,
  async consentinel(environment: Environment) {
    const runtime = await benchRuntime(environment);
    const { status, findings, writes, retries } = await scanTenant(runtime.scanContext(), { requestedBy: 'bench' });
    await runtime.close();
    return { result: findings.new + findings.open, note: `${status}, ${writes} writes, ${retries} retries` };
  },
};
type Contender = keyof typeof contenders;

interface Row extends Measurement {
  objects: number;
  latency: number;
  contender: string;
  ratio: number;
}

const here = fileURLToPath(import.meta.url);
const contender = process.argv[2] === 'run' ? (process.argv[3] as Contender) : undefined;
if (contender) process.send?.(await measure(() => contenders[contender](process.env)));
else if (process.argv[2] === 'growth' && process.argv[3] === 'scan') await scanForGrowth();
else if (process.argv[2] === 'growth') await benchGrowth(process.argv.slice(3));
else if (process.argv[2] === 'reads') await benchReads(process.argv.slice(3));
else await bench(process.argv.slice(2));

/**
 * Runs all contenders with each combination of size and latency, and prints the results.
 * `bench reads` measures the commands that read findings, and `bench growth` scans of more and more findings.
 * @param args `--objects 10000,100000`, `--latency 0,100` in milliseconds, `--throttled` for Graph's documented limits,
 * `--quick` for about three minutes, `--storage sqlite` or `azurite`, `--out FILE`. The script needs tables, so it runs with
 * Azurite only.
 */
async function bench(args: readonly string[]): Promise<void> {
  const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const numbers = (text: string) => text.split(',').map(Number);
  const isQuick = args.includes('--quick');
  const isThrottled = args.includes('--throttled');
  const rows: Row[] = [];
  for (const objects of numbers(option('--objects') ?? (isQuick ? '10000,50000' : '10000,100000,1000000'))) {
    for (const latency of numbers(option('--latency') ?? '0,100'))
      rows.push(...(await benchTenant(objects, latency, isThrottled, storageName(args))));
  }
  console.table(rows.map(({ note, ...row }) => ({ ...row, ratio: row.ratio.toFixed(2), note })));
  const out = option('--out');
  if (out) await writeFile(out, `${JSON.stringify(rows, null, 2)}\n`);
  else console.log(JSON.stringify(rows));
}

/** Runs all contenders with one simulated tenant. The simulator and Azurite run in separate processes. */
async function benchTenant(
  objects: number,
  latency: number,
  isThrottled: boolean,
  storage: ReturnType<typeof storageName>,
): Promise<Row[]> {
  const simulator = spawn(process.execPath, [
    path.join(path.dirname(here), 'cli.js'),
    'simulate',
    '--objects',
    `${objects}`,
    '--latency',
    `${latency}`,
    '--plant-every',
    '1000',
    ...(isThrottled ? ['--throttled'] : []),
  ]);
  const place = await benchStorage(storage);
  try {
    const environment = {
      ...process.env,
      ...(await settingsOf(simulator)),
      ...place.settings,
    };
    const rows: Row[] = [];
    for (const [name, label] of [
      ['floor', 'floor'],
      ['sequential', 'sequential pages'],
      ...(storage === 'azurite' ? ([['script', 'script']] as const) : []),
      ['consentinel', 'consentinel'],
      ['consentinel', 'consentinel, second scan'],
    ] as const) {
      const measured = await run(name, environment);
      const base = rows[0]?.wallMilliseconds ?? measured.wallMilliseconds;
      rows.push({ objects, latency, contender: label, ratio: measured.wallMilliseconds / base, ...measured });
      console.error(
        `${objects} objects, ${latency} ms: ${label} ${measured.wallMilliseconds} ms, ${measured.peakRssMegabytes} MB`,
      );
    }
    return rows;
  } finally {
    simulator.kill();
    await place.close();
  }
}

/** Reads the `export NAME=value` lines that the simulator prints. */
async function settingsOf(simulator: ChildProcess): Promise<Record<string, string>> {
  const settings: Record<string, string> = {};
  if (!simulator.stdout) throw new Error('The simulator has no output.');
  for await (const line of createInterface(simulator.stdout)) {
    const [, name, value] = /^export (\w+)=(.*)$/.exec(line) ?? [];
    if (name && value) settings[name] = value;
    if (settings.GRAPH_ENDPOINT && settings.IDENTITY_ENDPOINT && settings.IDENTITY_HEADER) return settings;
  }
  throw new Error('The simulator ended before it printed its settings.');
}

async function run(name: Contender, environment: Environment): Promise<Measurement> {
  const child = fork(here, ['run', name], { env: environment as NodeJS.ProcessEnv });
  const [measured] = (await once(child, 'message')) as [Measurement];
  child.kill();
  return measured;
}
