import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { auditEvent } from '../src/model/finding/audit.js';
import { type Finding, findingId } from '../src/model/finding/finding.js';
import { propose } from '../src/model/remediation/remediation.js';
import { severities } from '../src/model/rule/violation.js';
import { TableFindingStore } from '../src/storage/finding-store.js';
import { type BenchStorage, benchStorage, storageName } from './storage.js';

const tenantId = '11111111-2222-3333-4444-555555555555';
const ruleIds = ['no-symmetric-signing-key', 'require-service-principal', 'require-consent-route'];
const at = '2026-11-24T02:00:00.000Z';

const commands: readonly (readonly string[])[] = [
  ['findings', '--format', 'json'],
  ['findings', '--format', 'csv'],
  ['findings', '--format', 'sarif'],
  ['findings'],
  ['report', '--format', 'html', '--out', '-'],
  ['verify-audit'],
];

/** Prints its peak memory, in KB, when the process ends. */
const printPeak = `data:text/javascript,process.on('exit',()=>process.stderr.write('peak '+process.resourceUsage().maxRSS))`;

/**
 * Fills a store with findings, and prints the time for it and for reading all of them, then memory and time of each command
 * that reads them, each in a process of its own.
 * No test asserts the result.
 * @param args `--findings 1000,100000`, `--storage sqlite` or `azurite`
 */
export async function benchReads(args: readonly string[]): Promise<void> {
  const counts = args.includes('--findings') ? args[args.indexOf('--findings') + 1] : '100000';
  for (const count of (counts ?? '').split(',').map(Number))
    await benchCount(count, await benchStorage(storageName(args)));
}

async function benchCount(count: number, place: BenchStorage): Promise<void> {
  try {
    const storage = await place.open();
    const store = new TableFindingStore(storage.findings, { ruleIds });
    const write = async () => {
      for (let from = 0; from < count; from += 10_000)
        await store.commit(changes(from, Math.min(from + 10_000, count)));
    };
    const read = async () => {
      let found = 0;
      for await (const _ of store.findings(tenantId)) found++;
      if (found !== count) throw new Error(`Storage returned ${found} of ${count} findings.`);
    };
    const rows: object[] = [
      { findings: count, command: '(write all, in this process)', seconds: await secondsOf(write) },
      { findings: count, command: '(read all, in this process)', seconds: await secondsOf(read) },
    ];
    await storage.close();
    for (const command of commands)
      rows.push({ findings: count, command: command.join(' '), ...(await run(command, place)) });
    console.table(rows);
  } finally {
    await place.close();
  }
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return Number(((performance.now() - start) / 1000).toFixed(2));
}

function changes(from: number, to: number) {
  return Array.from({ length: to - from }, (_, i) => {
    const finding = aFinding(from + i);
    const { message: summary, severity, evidence } = finding;
    const detail = { severity, evidence };
    return {
      finding,
      etag: undefined,
      events: [auditEvent(finding, { at, type: 'appeared', author: 'scan:bench', summary, detail })],
    };
  });
}

/** A finding with its own texts and a plan with two kept keys. */
function aFinding(i: number): Finding {
  const ruleId = ruleIds[i % ruleIds.length] ?? '';
  const objectId = `00000000-0000-0000-0000-${String(i).padStart(12, '0')}`;
  const id = findingId({ tenantId, ruleId, objectId, key: '' });
  const kept = [1, 2].map((n) => ({
    keyId: `${objectId}-${n}`,
    type: 'AsymmetricX509Cert',
    usage: 'Verify',
    displayName: `CN=${id}`,
  }));
  const requests = [{ method: 'PATCH' as const, path: `/applications/${objectId}`, body: { keyCredentials: kept } }];
  const warnings = ['The key is valid today: whatever still relies on it will stop. Ask the owner first.'];
  const plan = { requests, irreversible: true, warnings, guard: { keyId: id } };
  return {
    ...{ id, tenantId, ruleId, severity: severities[i % 4] ?? 'low', status: i % 50 === 0 ? 'resolved' : 'open' },
    ...{ on: 'application', objectId, appId: objectId, displayName: `Application ${i}`, key: '' },
    message: `Application ${i} has a symmetric signing key (${id}), which no one may use to sign tokens.`,
    evidence: { keyId: objectId, displayName: `key ${i}` },
    ...{ appearedAt: at, appearedIn: 'bench', changedAt: at, life: 1 },
    remediation: propose(id, plan, at),
  };
}

async function run(command: readonly string[], { settings, folder }: BenchStorage) {
  const cli = path.join(path.dirname(fileURLToPath(import.meta.url)), 'cli.js');
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, TENANT_ID: tenantId, ...settings };
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', printPeak, cli, ...command], { env, cwd: folder });
  let bytes = 0;
  let log = '';
  child.stdout.on('data', (text: Buffer) => {
    bytes += text.length;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const [exitCode] = await once(child, 'close');
  return {
    exitCode,
    seconds: Number(((performance.now() - start) / 1000).toFixed(1)),
    peakMegabytes: Math.round(Number(/peak (\d+)/.exec(log)?.[1]) / 1024),
    outputMegabytes: Number((bytes / 1024 / 1024).toFixed(1)),
  };
}
