import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.js';
import { readConfig } from '../../src/config.js';
import { type HealthContext, sharedHealth } from '../../src/jobs/doctor/health.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { ConsentinelError } from '../../src/model/errors.js';
import { blankScan } from '../../src/model/scan/scan.js';
import type { ScanStatus } from '../../src/model/scan/scan-status.js';
import { anApp } from '../../src/rules/testing/cases.js';
import { createRuntime } from '../../src/runtime.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { runFunctions } from '../support/run-function.js';
import { withParts } from '../support/runtime-parts.js';

const tenant = { ...simulatedTenantOf([anApp('Payroll Sync')]), id: randomUUID() };
const outcomes = (settings: string, storage: string, scan: string) => [
  { check: 'settings', outcome: settings },
  { check: 'storage', outcome: storage },
  { check: 'scan', outcome: scan },
];

let laptop: Laptop;
beforeAll(async () => {
  laptop = await aLaptop({ tenant }, { TENANT_ID: tenant.id });
});
afterAll(() => laptop.close());

describe('the function health', () => {
  const probe = { name: 'health', data: { http: { method: 'GET', url: 'https://app.example/api/health' } } };
  const ask = async (settings: Readonly<Record<string, string>>) => {
    const { invocations, functions } = await runFunctions([probe], settings);
    return { ...invocations[0], functions };
  };

  it('is anonymous at api/health, and answers 200 to a healthy installation', async () => {
    const { http, functions } = await ask(laptop.settings);
    expect(Object.values(functions.health?.bindings ?? {})).toContainEqual(
      expect.objectContaining({ type: 'httpTrigger', route: 'api/health', authLevel: 'anonymous' }),
    );
    expect(http).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store', 'content-type': 'application/json' },
    });
    expect(JSON.parse(http?.body ?? '')).toEqual({
      status: 'ok',
      version: expect.any(String),
      checks: outcomes('ok', 'ok', 'unknown'),
    });
  });

  it('answers 503 for a faulty setting, without its name', async () => {
    const { http, logs } = await ask({ ...laptop.settings, TENANT_ID: 'contoso' });
    expect(http?.status).toBe(503);
    expect(JSON.parse(http?.body ?? '')).toMatchObject({
      status: 'failing',
      checks: outcomes('fails', 'unknown', 'unknown'),
    });
    expect(http?.body).not.toMatch(/contoso|TENANT_ID/);
    expect(logs).toEqual([]);
  });

  it('answers 503 where storage is unavailable, without its address', async () => {
    const gone =
      'DefaultEndpointsProtocol=http;AccountName=wingtip;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1/wingtip;QueueEndpoint=http://127.0.0.1:1/wingtip;';
    const { http } = await ask({ ...laptop.settings, AzureWebJobsStorage: gone });
    expect(http?.status).toBe(503);
    expect(JSON.parse(http?.body ?? '')).toMatchObject({ checks: outcomes('ok', 'fails', 'unknown') });
    expect(http?.body).not.toMatch(/wingtip|127\.0\.0\.1/);
  });
});

describe('the health', () => {
  const options = { clock: systemClock, version: '1' };
  const at = (hours: number) => new Date(Date.parse(systemClock.now()) + hours * 3_600_000).toISOString();
  const scanOutcome = async (context: HealthContext) =>
    (await sharedHealth(async () => context, options)()).checks.find(({ check }) => check === 'scan')?.outcome;

  /** Stores scans of a new tenant, by status and by their age in hours. */
  const scanned = async (
    { scans: store }: Pick<Laptop['runtime'], 'scans'>,
    scans: readonly [ScanStatus, number][],
  ): Promise<string> => {
    const tenantId = randomUUID();
    for (const [status, hoursAgo] of scans) {
      const startedAt = at(-hoursAgo);
      const scan = blankScan({ id: randomUUID(), tenantId, requestedBy: 'test', status, startedAt, since: startedAt });
      const lease = await store.begin(scan);
      if (status !== 'running') await store.finish(lease, { ...scan, finishedAt: startedAt });
    }
    return tenantId;
  };

  it.each<[string, readonly [ScanStatus, number][], string]>([
    ['there was no scan yet', [], 'unknown'],
    ['the first scan runs', [['running', 0]], 'unknown'],
    ['the first scan runs for longer than it may', [['running', 27]], 'fails'],
    ['a scan was complete last night', [['complete', 25]], 'ok'],
    ['a scan was complete the night before last', [['complete', 27]], 'fails'],
    [
      'the last scan was incomplete, and the one before complete',
      [
        ['complete', 20],
        ['incomplete', 1],
      ],
      'ok',
    ],
    [
      'no scan was ever complete',
      [
        ['incomplete', 2],
        ['failed', 1],
      ],
      'fails',
    ],
    [
      'the first scan failed and the next one runs',
      [
        ['failed', 2],
        ['running', 0],
      ],
      'fails',
    ],
  ])('of scans, where %s: %j', async (_what, scans, outcome) => {
    const tenantId = await scanned(laptop.runtime, scans);
    expect(await scanOutcome({ ...laptop.runtime.health(), tenants: { tenantId, tenantIds: [] } })).toBe(outcome);
  });

  it('checks every tenant in storage where the settings name none, and reports the worst', async () => {
    const settings = { ...laptop.settings, TENANT_ID: '' };
    const tablePrefix = `h${randomUUID().slice(0, 8)}`;
    const fresh = withParts(await createRuntime(readConfig(settings), settings, { tablePrefix }));
    expect(await scanOutcome(fresh.health())).toBe('unknown');
    await scanTenant(fresh, { requestedBy: 'test' });
    expect(await scanOutcome(fresh.health())).toBe('ok');
    const other = await scanned(fresh, [['incomplete', 1]]);
    expect(await scanOutcome(fresh.health())).toBe('fails');
    // Only tenants of the settings count.
    for (const [tenantIds, outcome] of [
      [[tenant.id], 'ok'],
      [[tenant.id, other], 'fails'],
      [[tenant.id, randomUUID()], 'unknown'],
    ] as const)
      expect(await scanOutcome({ ...fresh.health(), tenants: { tenantIds, tenantId: other } })).toBe(outcome);
  });

  it('reads the scans of many tenants concurrently, within its time limit', async () => {
    const tenantIds = Array.from({ length: 45 }, () => randomUUID());
    let waiting: (() => void)[] = [];
    /** Answers only once several requests wait. */
    async function* scans() {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        setImmediate(() => {
          if (waiting.length < 5) return;
          for (const answer of waiting) answer();
          waiting = [];
        });
      });
      yield blankScan({
        id: 's',
        tenantId: 't',
        requestedBy: 'test',
        status: 'complete',
        startedAt: at(0),
        since: at(0),
      });
    }
    const context = { ...laptop.runtime.health(), scans: { scans, tenants: async () => [] }, tenants: { tenantIds } };
    const { checks } = await sharedHealth(async () => context, { ...options, patience: 2000 })();
    expect(checks).toEqual(outcomes('ok', 'ok', 'ok'));
  });

  it('reads storage once a minute, for any number of requests', async () => {
    let [asked, now] = [0, systemClock.now()];
    const outbox = {
      lengths: () => {
        asked += 1;
        return laptop.runtime.outbox.lengths();
      },
    };
    const context = { ...laptop.runtime.health(), outbox };
    const health = sharedHealth(async () => context, { ...options, clock: { ...systemClock, now: () => now } });
    const answers = await Promise.all(Array.from({ length: 50 }, health));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await health();
    expect(asked).toBe(1);
    now = new Date(Date.parse(now) + 60_000).toISOString();
    await health();
    expect(asked).toBe(2);
  });

  it('does not wait for storage that never answers', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const lengths = async () => {
      await fetch(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
      return [];
    };
    const health = sharedHealth(async () => ({ ...laptop.runtime.health(), outbox: { lengths } }), {
      ...options,
      patience: 50,
    });
    expect(await health()).toMatchObject({ status: 'failing', checks: outcomes('ok', 'fails', 'unknown') });
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it.each([
    ['config-invalid', outcomes('fails', 'unknown', 'unknown')],
    ['storage-rejected', outcomes('ok', 'fails', 'unknown')],
    ['credential-missing', outcomes('ok', 'fails', 'unknown')],
  ] as const)('attributes %s to its cause', async (code, checks) => {
    const open = () => Promise.reject(new ConsentinelError(code, 'A secret.'));
    expect(await sharedHealth(open, options)()).toEqual({ status: 'failing', version: '1', checks });
  });

  it('throws a defect of the program', async () => {
    await expect(sharedHealth(() => Promise.reject(new TypeError('x')), options)()).rejects.toThrow(TypeError);
  });
});
