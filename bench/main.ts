import '../src/wiring/bounded-heap.js';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { benchGrowth, scanForGrowth } from './growth.js';
import { benchReads } from './reads.js';
import { benchReport } from './report.js';
import { benchResume } from './resume.js';
import { benchScenario, contenderNames, type Row, runContender } from './scans.js';
import { type Scenario, simulateTenant } from './simulated-tenant.js';
import { storageName } from './storage.js';
import { benchTenants, simulateTenants, workOnTenants } from './tenants.js';

const here = fileURLToPath(import.meta.url);
const [mode, ...rest] = process.argv.slice(2);
const modes: Readonly<Record<string, () => Promise<void>>> = {
  // Children of the benchmark.
  run: () => runContender(rest[0] ?? ''),
  simulate: () => simulateTenant(JSON.parse(rest[0] ?? '{}')),
  'simulate-tenants': () => simulateTenants(JSON.parse(rest[0] ?? '{}')),
  'work-on-tenants': () => workOnTenants(),
  growth: () => (rest[0] === 'scan' ? scanForGrowth() : benchGrowth(rest)),
  resume: () => benchResume(here, rest),
  reads: () => benchReads(rest),
  tenants: () => benchTenants(here, rest),
  '--report': () => benchReport(here, rest),
};
await (modes[mode ?? ''] ?? (() => bench(process.argv.slice(2))))();

/**
 * Runs all contenders with each combination of size and latency, and prints the results.
 * `bench reads` measures the commands that read findings, `bench growth` scans of more and more findings, `bench tenants`
 * many tenants, `bench resume` what a killed scan repeats, and `bench --report` writes the table of docs/scale.md.
 * @param args `--objects 10000,100000`, `--latency 0,100` in milliseconds, `--throttled` for Graph's documented limits,
 * `--other-clients 0.5` for their share that other clients use, `--key-holder-every 100` for a tenant with few key
 * credentials, `--repeat 3` for the median of repetitions, `--contenders floor,consentinel`, `--quick` for about one
 * minute, `--out FILE`, `--storage azurite` instead of SQLite. The script always uses an Azurite that keeps its data in
 * memory.
 */
async function bench(args: readonly string[]): Promise<void> {
  const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const numbers = (text: string) => text.split(',').map(Number);
  const isQuick = args.includes('--quick');
  const more = {
    ...(args.includes('--throttled') && { throttled: true }),
    ...(option('--key-holder-every') && { keyHolderEvery: Number(option('--key-holder-every')) }),
    ...(option('--other-clients') && { otherClients: Number(option('--other-clients')) }),
  };
  const storage = storageName(args);
  const contenders = option('--contenders');
  const names = contenders === undefined ? undefined : contenderNames(contenders);
  const rows: Row[] = [];
  for (const objects of numbers(option('--objects') ?? (isQuick ? '10000,50000' : '10000,100000,1000000')))
    for (const latency of numbers(option('--latency') ?? '0,100')) {
      const scenario: Scenario = { objects, latency, ...more };
      rows.push(...(await benchScenario(here, scenario, Number(option('--repeat') ?? 1), storage, names)));
    }
  console.table(rows.map(shown));
  const out = option('--out');
  if (out) await writeFile(out, `${JSON.stringify(rows, null, 2)}\n`);
}

function shown({ scenario, contender, wallMilliseconds, ratio, load, note, ...row }: Row) {
  const { objects, latency } = scenario;
  const seconds = (wallMilliseconds / 1000).toFixed(1);
  return { objects, latency, contender, seconds, ratio: ratio.toFixed(2), ...row, load: load.toFixed(1), note };
}
