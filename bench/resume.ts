import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RequestRecord } from '../src/simulator/http/request-log.js';
import { startTenant } from './simulated-tenant.js';

type Tenant = Awaited<ReturnType<typeof startTenant>>;

/** The requests of one or several runs of a scan, and what it found. */
interface Scanned {
  readonly requests: readonly RequestRecord[];
  readonly findings: string;
  readonly milliseconds: number;
}

/**
 * Kills a scan of the built command line at random moments of its whole duration, continues it to its end, and prints how many
 * requests were repeated, and whether the findings are those of an undisturbed scan. Each kill is in an installation of its
 * own.
 * @param main the entry point of this benchmark
 * @param args `--objects 100000`, `--latency 100` in milliseconds, `--kills 20`, `--kinds` for the repeated requests by kind
 */
export async function benchResume(main: string, args: readonly string[]): Promise<void> {
  const option = (name: string, value: number) => (args.includes(name) ? Number(args[args.indexOf(name) + 1]) : value);
  const kills = option('--kills', 20);
  const latency = option('--latency', 100);
  const tenant = await startTenant(main, { objects: option('--objects', 100_000), latency });
  const cli = path.join(path.dirname(main), 'cli.js');
  try {
    // The simulator computes what its filters read once.
    await scanOf(tenant, cli, latency);
    const undisturbed = await scanOf(tenant, cli, latency);
    const { length: all } = undisturbed.requests;
    console.log(`Undisturbed: ${all} requests, ${(undisturbed.milliseconds / 1000).toFixed(1)} s.`);
    const rows = [];
    for (let kill = 0; kill < kills; kill++) {
      const killAt = ((kill + Math.random()) / kills) * undisturbed.milliseconds;
      const { requests, findings } = await scanOf(tenant, cli, latency, killAt);
      const repeated = requests.length - all;
      rows.push({
        seconds: round(killAt / 1000),
        repeated,
        share: repeated / all,
        same: findings === undisturbed.findings,
      });
      console.log(`Killed after ${rows.at(-1)?.seconds} s: ${repeated} requests repeated.`);
      if (args.includes('--kinds')) console.log(moreOf(requests, undisturbed.requests));
    }
    console.table(rows.map(({ share, ...row }) => ({ ...row, share: percent(share) })));
    const shares = rows.map(({ share }) => share).sort((a, b) => a - b);
    console.log(`Repeated: at most ${percent(shares.at(-1))}, median ${percent(shares[kills >> 1])}.`);
  } finally {
    tenant.stop();
  }
}

/** @param killAt kills the scan after so many milliseconds, and runs it again to its end */
async function scanOf(tenant: Tenant, cli: string, latency: number, killAt?: number): Promise<Scanned> {
  const folder = await mkdtemp(path.join(tmpdir(), 'consentinel-resume-'));
  const { PATH, HOME } = process.env;
  const start = (...args: string[]) =>
    spawn(process.execPath, [cli, ...args], {
      cwd: folder,
      env: { PATH, HOME, ...tenant.settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const outputOf = async (...args: string[]) => {
    const child = start(...args);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`consentinel ${args.join(' ')} ended with exit code ${code}.`);
    return text;
  };
  try {
    await tenant.takeRequests();
    const began = performance.now();
    if (killAt !== undefined) {
      const child = start('scan', '--json');
      const timer = setTimeout(() => child.kill('SIGKILL'), killAt);
      await once(child, 'exit');
      clearTimeout(timer);
      // The simulator records a request when it has answered it.
      await new Promise((resolve) => setTimeout(resolve, 2 * latency + 200));
    }
    const { status } = JSON.parse(await outputOf('scan', '--json'));
    if (status !== 'complete') throw new Error(`The scan is ${status}.`);
    const milliseconds = performance.now() - began;
    const requests = (await tenant.takeRequests()).filter(
      ({ inBatch, path: at }) => !inBatch && !at.startsWith('/msi'),
    );
    const listed: { id: string; message: string }[] = JSON.parse(await outputOf('findings', '--output', 'json'));
    const findings = listed
      .map(({ id, message }) => `${id} ${message}`)
      .sort()
      .join('\n');
    return { requests, findings, milliseconds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** By kind of request: how many more there are. */
function moreOf(requests: readonly RequestRecord[], than: readonly RequestRecord[]): Record<string, number> {
  const kinds = new Map<string, number>();
  const count = (some: readonly RequestRecord[], by: number) => {
    for (const { path: at, query } of some) {
      const kind = `${at}${/filter/.test(query) ? ' filtered' : ''}`.replace(/[0-9a-f-]{36}/g, '{id}');
      kinds.set(kind, (kinds.get(kind) ?? 0) + by);
    }
  };
  count(requests, 1);
  count(than, -1);
  return Object.fromEntries([...kinds].filter(([, more]) => more !== 0));
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

function percent(share = 0): string {
  return `${(share * 100).toFixed(1)} %`;
}
