import { fork } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { ScanContext } from '../src/jobs/scan/scan-context.js';
import { scanTenant } from '../src/jobs/scan/scan-tenant.js';
import { floor, sequential } from './floor.js';
import { type Measurement, measure, type Outcome } from './measure.js';
import { script } from './script.js';
import { firstMessage, type Scenario, startTenant } from './simulated-tenant.js';
import { benchRuntime, benchStorage, type storageName } from './storage.js';

type Environment = Record<string, string | undefined>;

const contenders = {
  floor,
  sequential,
  script,
  consentinel: (environment: Environment) => consentinel(environment),
  withoutCheckpoints: (environment: Environment) =>
    consentinel(environment, { leastObjects: Number.POSITIVE_INFINITY }),
};

async function consentinel(environment: Environment, checkpoints?: ScanContext['checkpoints']): Promise<Outcome> {
  const runtime = await benchRuntime(environment);
  const context = { ...runtime.scanContext({ inBackground: true }), ...(checkpoints && { checkpoints }) };
  const { status, findings, writes, retries } = await scanTenant(context, { requestedBy: 'bench' });
  await runtime.close();
  return {
    result: findings.new + findings.open,
    note: `${status}, ${writes} writes, ${retries} retries`,
    resourceUnits: context.directory.stats.resourceUnits,
  };
}
type Storage = ReturnType<typeof storageName>;
type Contender = keyof typeof contenders;

/** Those that run Consentinel, with the memory settings of its entry points. */
const ofProduct: ReadonlySet<string> = new Set(['consentinel', 'withoutCheckpoints']);
const defaultFlags = ['--semi-space-growth-factor=2', '--heap-growing-percent=0'];

const nameOfScript = "administrator's script";

/** The contenders in their order, with the name of each run. */
const runs: readonly (readonly [Contender, string])[] = [
  ['floor', 'floor'],
  ['sequential', 'sequential pages'],
  ['script', nameOfScript],
  ['consentinel', 'consentinel'],
  ['consentinel', 'second scan'],
  ['consentinel', 'with checkpoints'],
  ['withoutCheckpoints', 'without checkpoints'],
];
/** Those that run unless others are named. */
const usual = runs.slice(0, 5).map(([, name]) => name);

/**
 * The runs that `--contenders` names.
 * @param text names, separated by commas
 * @throws Error for a name that no run has, and for a second scan without a first
 */
export function contenderNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  const known = runs.map(([, name]) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`--contenders: no contender is named "${unknown}". The names are: ${known.join(', ')}.`);
  if (names.includes('second scan') && !names.includes('consentinel'))
    throw new Error('--contenders: "second scan" needs "consentinel", which is the first scan. Name both.');
  return names;
}

/** One run of a contender. */
export interface Row extends Measurement {
  readonly scenario: Scenario;
  readonly contender: string;
  /** The time as a multiple of the floor's, in the same repetition. */
  readonly ratio: number;
  /** The load average of the machine after the run: other work makes ratios larger. */
  readonly load: number;
}

/** The child of `benchScenario`. */
export async function runContender(name: string): Promise<void> {
  // The others have the young generation of a program without such a setting.
  if (!ofProduct.has(name)) for (const flag of defaultFlags) setFlagsFromString(flag);
  // An exit of its own lets `node --cpu-prof` write the profile.
  process.send?.(await measure(() => contenders[name as Contender](process.env)), () => process.exit());
}

/**
 * Runs all contenders with one simulated tenant. The simulator runs in a process of its own. Each repetition
 * runs all of them, so that a change of the machine's load affects all.
 * @param main the entry point of this benchmark
 * @param names those to run
 * @returns the repetition with the median ratio of the first scan
 */
export async function benchScenario(
  main: string,
  scenario: Scenario,
  repeat: number,
  storage: Storage = 'sqlite',
  names: readonly string[] = usual,
): Promise<Row[]> {
  const simulator = await startTenant(main, scenario);
  try {
    // The simulator computes what its filters read once.
    if (!scenario.throttled) await runAll(main, scenario, simulator.settings, storage, ['floor']);
    const repetitions: Row[][] = [];
    for (let i = 0; i < repeat; i++) repetitions.push(await runAll(main, scenario, simulator.settings, storage, names));
    const ratioOf = (rows: readonly Row[]) => rows.find(({ contender }) => contender === 'consentinel')?.ratio ?? 0;
    repetitions.sort((a, b) => ratioOf(a) - ratioOf(b));
    return repetitions[Math.floor(repetitions.length / 2)] ?? [];
  } finally {
    simulator.stop();
  }
}

async function runAll(
  main: string,
  scenario: Scenario,
  settings: Readonly<Record<string, string>>,
  storage: Storage,
  names: readonly string[],
): Promise<Row[]> {
  const place = await benchStorage(storage);
  // The script knows Table Storage only.
  const tables = names.includes(nameOfScript) ? await benchStorage('azurite-in-memory') : undefined;
  const environment = { ...process.env, ...settings };
  try {
    const rows: Row[] = [];
    for (const [name, contender] of runs) {
      if (!names.includes(contender)) continue;
      // The limits of the contender before must not count for this one.
      if (scenario.throttled && rows.length > 0) await new Promise((resolve) => setTimeout(resolve, 61_000));
      const own = name === 'script' ? tables : place;
      const child = fork(main, ['run', name], { env: { ...environment, ...own?.settings } });
      const [measured] = (await firstMessage(child, contender)) as [Measurement];
      if (child.exitCode === null) await once(child, 'exit');
      const base = rows[0]?.wallMilliseconds ?? measured.wallMilliseconds;
      const ratio = measured.wallMilliseconds / base;
      rows.push({ scenario, contender, ratio, load: loadavg()[0] ?? 0, ...measured });
      console.error(
        `${textOf(scenario)}: ${contender} ${measured.wallMilliseconds} ms, ${measured.peakRssMegabytes} MB`,
      );
    }
    return rows;
  } finally {
    await place.close();
    await tables?.close();
  }
}

/** A scenario in words. */
export function textOf({ objects, latency, throttled, otherClients }: Scenario): string {
  const limits = throttled ? ', throttled' : '';
  const others = otherClients ? `, other clients use ${otherClients * 100} % of the limits` : '';
  return `${objects.toLocaleString('en')} objects, ${latency.toLocaleString('en')} ms${limits}${others}`;
}
