import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { abandonAlert } from '../../src/jobs/alerts/abandon-alert.js';
import { owedAlerts } from '../../src/jobs/alerts/owed-alerts.js';
import { type AlertContext, sendAlerts } from '../../src/jobs/alerts/send-alerts.js';
import type { AlertChannel, FindingStore, ScanStore } from '../../src/jobs/ports/index.js';
import { silentTelemetry } from '../../src/jobs/telemetry/telemetry.js';
import { ConsentinelError } from '../../src/model/errors.js';
import { findingId } from '../../src/model/finding/finding.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { TableFindingStore } from '../../src/storage/finding-store.js';
import { TableScanStore } from '../../src/storage/scan-store.js';
import { plainRules } from '../alerts/examples.js';
import { aFinding, appearance, aScan } from '../storage/examples.js';
import { freshStorage } from '../support/storage.js';

type ChannelName = 'teams' | 'mail';
/** `killed`: the worker stops after the delivery, before it records the delivery. */
type State = 'up' | 'down' | 'killed';
type Step =
  | { readonly do: 'scan'; readonly status: 'complete' | 'incomplete' | 'failed'; readonly finds: boolean }
  | { readonly do: 'set'; readonly channel: ChannelName; readonly state: State }
  | { readonly do: 'deliver'; readonly index: number; readonly workers: 1 | 2; readonly times: 1 | 5 }
  | { readonly do: 'redeliver' | 'lose'; readonly index: number };

const index = fc.nat({ max: 20 });
const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('scan' as const),
        status: fc.constantFrom('complete', 'complete', 'incomplete', 'failed'),
        finds: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('set' as const),
        channel: fc.constantFrom('teams', 'mail'),
        state: fc.constantFrom('up', 'down', 'down', 'killed'),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('deliver' as const),
        index,
        workers: fc.constantFrom(1, 2),
        times: fc.constantFrom(1, 5),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('redeliver' as const, 'lose' as const), index }) },
  ),
  { minLength: 4, maxLength: 24 },
) as fc.Arbitrary<Step[]>;

/** The alert of a failed scan is processed before the alert of the scan before it. */
const failedFirst: Step[] = [
  { do: 'scan', status: 'complete', finds: true },
  { do: 'scan', status: 'failed', finds: false },
  { do: 'deliver', index: 1, workers: 1, times: 1 },
  { do: 'deliver', index: 0, workers: 1, times: 1 },
];

let stores: { scans: ScanStore; findings: FindingStore };
let now = Date.parse('2026-11-01T02:00:00.000Z');
const clock = { now: () => new Date(now).toISOString() };
beforeAll(async () => {
  const storage = await freshStorage();
  stores = {
    scans: new TableScanStore(storage.scans, clock),
    findings: new TableFindingStore(storage.findings, { ruleIds: ['no-symmetric-signing-key'] }),
  };
});

/** An installation with two channels, and the messages of its queue. */
class World {
  readonly tenantId = randomUUID();
  readonly states: Record<ChannelName, State> = { teams: 'up', mail: 'up' };
  /** The ids of the findings in each alert that a channel received. */
  readonly received: Record<ChannelName, string[]> = { teams: [], mail: [] };
  readonly found: { readonly id: string; readonly at: string }[] = [];
  readonly queue: { readonly scanId: string; tries: number }[] = [];
  readonly done: string[] = [];
  wasAbandoned = false;
  wasKilled = false;
  #isDead = false;
  #scans = 0;

  async perform(step: Step): Promise<void> {
    now += 60_000;
    if (step.do === 'set') this.states[step.channel] = step.state;
    else if (step.do === 'scan') await this.scan(step.status, step.finds);
    else if (step.do === 'redeliver') {
      const scanId = this.done[step.index % this.done.length];
      if (scanId) await this.send(scanId).catch(() => {});
    } else {
      const message = this.queue[step.index % this.queue.length];
      if (!message) return;
      if (step.do === 'lose') this.remove(message);
      else if (step.do === 'deliver') {
        for (let i = 0; i < step.times && this.queue.includes(message); i++) {
          now += 60_000;
          await this.deliver(message, step.workers);
        }
      }
    }
  }

  /** Every message is delivered until it is removed from the queue, and a last scan finds nothing new. */
  async end(): Promise<void> {
    this.states.teams = 'up';
    this.states.mail = 'up';
    await this.scan('complete', false);
    for (const message of [...this.queue]) {
      while (this.queue.includes(message)) {
        // Longer than a claim of a stopped worker lasts.
        now += 240_000;
        await this.deliver(message, 1);
      }
    }
  }

  owed() {
    return owedAlerts(this.context(), this.tenantId);
  }

  private async scan(status: Scan['status'], finds: boolean): Promise<void> {
    const { tenantId } = this;
    const id = `scan-${++this.#scans}`;
    const scan = aScan(id, { tenantId, startedAt: clock.now(), since: clock.now() });
    const lease = await stores.scans.begin(scan);
    if (finds) await this.find(id);
    now += 1_000;
    await stores.scans.finish(lease, { ...scan, status, finishedAt: clock.now() });
    this.queue.push({ scanId: id, tries: 0 });
  }

  private async find(objectId: string): Promise<void> {
    const { tenantId } = this;
    const at = clock.now();
    const id = findingId({ tenantId, ruleId: 'no-symmetric-signing-key', objectId, key: '' });
    const finding = aFinding('no-symmetric-signing-key', objectId, { id, tenantId, appearedAt: at, changedAt: at });
    await stores.findings.commit([appearance(finding)]);
    this.found.push({ id, at });
  }

  private async deliver(message: { scanId: string; tries: number }, workers: number): Promise<void> {
    message.tries += 1;
    const results = await Promise.allSettled(Array.from({ length: workers }, () => this.send(message.scanId)));
    if (results.some(({ status }) => status === 'fulfilled')) this.remove(message);
    else if (message.tries >= 5) {
      this.wasAbandoned = true;
      await abandonAlert(this.context(), { tenantId: this.tenantId, scanId: message.scanId });
      this.remove(message);
    }
  }

  private remove(message: { scanId: string; tries: number }): void {
    this.queue.splice(this.queue.indexOf(message), 1);
    this.done.push(message.scanId);
  }

  /** Sends an alert, and checks that a silent one hides nothing. */
  private async send(scanId: string): Promise<void> {
    this.#isDead = false;
    const { outcome } = await sendAlerts(this.context(), { tenantId: this.tenantId, scanId });
    if (outcome !== 'silent') return;
    const scan = await stores.scans.scan(this.tenantId, scanId);
    const before = this.found.filter(({ at }) => at <= (scan?.startedAt ?? ''));
    for (const { id } of before) for (const ids of Object.values(this.received)) expect(ids).toContain(id);
  }

  private context(): AlertContext {
    const amend: ScanStore['amend'] = async (...args) => {
      if (this.#isDead) throw new TypeError('Killed.');
      return stores.scans.amend(...args);
    };
    return {
      ...stores,
      scans: Object.assign(Object.create(stores.scans), { amend }),
      clock: { now: clock.now, wait: async () => {} },
      channels: [this.channel('teams'), this.channel('mail')],
      channelLabels: {},
      alertRules: plainRules,
      telemetry: silentTelemetry,
      paused: async () => undefined,
      tenantId: async () => this.tenantId,
    };
  }

  private channel(name: ChannelName): AlertChannel {
    return {
      name,
      to: name,
      deliveries: async ({ sections }) => [
        {
          key: name,
          send: async () => {
            if (this.states[name] === 'down') throw new ConsentinelError('alert-undelivered', `${name} is down.`);
            this.received[name].push(...sections.new.items.map(({ id }) => id));
            if (this.states[name] !== 'killed') return;
            this.states[name] = 'up';
            this.wasKilled = true;
            this.#isDead = true;
          },
        },
      ],
    };
  }
}

it('each channel receives each finding, once without killed workers, and no alert is silent while one is owed', async () => {
  const seen = { abandoned: 0, killed: 0 };
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const world = new World();
      for (const step of sequence) await world.perform(step);
      await world.end();
      if (world.wasKilled) seen.killed += 1;
      if (world.wasAbandoned) seen.abandoned += 1;
      const found = world.found.map(({ id }) => id).sort();
      for (const ids of Object.values(world.received)) {
        expect([...new Set(ids)].sort()).toEqual(found);
        if (!world.wasKilled) expect(ids).toHaveLength(found.length);
      }
      expect(await world.owed()).toEqual([]);
    }),
    { numRuns: 40, examples: [[failedFirst]] },
  );
  // The sequences reach the states that the property is about.
  expect(seen.abandoned).toBeGreaterThan(0);
  expect(seen.killed).toBeGreaterThan(0);
}, 120_000);
