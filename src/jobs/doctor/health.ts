import pLimit from 'p-limit';
import { codeOf } from '../../model/errors.js';
import { freshnessOf } from '../../model/scan/scan-freshness.js';
import { namedTenants, type TenantSettings } from '../../model/tenant/tenant-choice.js';
import type { Clock, Outbox, ScanStore } from '../ports/index.js';
import { newestScans } from '../scan/newest-scans.js';

const checkNames = ['settings', 'storage', 'scan'] as const;
type Outcome = 'ok' | 'fails' | 'unknown';
type Outcomes = Readonly<Record<(typeof checkNames)[number], Outcome>>;

/** The public state of the installation: no tenant, no value, no identity, no host and no text of an error. */
export interface Health {
  readonly status: 'ok' | 'failing';
  readonly version: string;
  readonly checks: readonly { readonly check: (typeof checkNames)[number]; readonly outcome: Outcome }[];
}

/** What is examined: `Installation.health` gives it. */
export interface HealthContext {
  readonly tenants: TenantSettings;
  readonly scans: Pick<ScanStore, 'scans' | 'tenants'>;
  readonly outbox: Pick<Outbox, 'lengths'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface HealthOptions {
  readonly clock: Clock;
  /** The version of the program. */
  readonly version: string;
  /** How long storage may take, in milliseconds; a probe does not wait longer. @default 10 s */
  readonly patience?: number;
}

/** How long one answer is shared, in milliseconds: any number of requests reads storage once. */
const sharedMilliseconds = 60_000;

/** The number of tenants whose scans are read at the same time: one by one, hundreds would exceed `patience`. */
const concurrentReads = 20;

/**
 * Checks that the installation works: it can start, storage answers, and there is a recent complete scan. It sends no
 * request to Graph, because anonymous callers must not use up the throttling budget.
 * @param open gives what the health is read from; throws `config-invalid` if a setting is invalid
 * @returns a function that gives the health; it throws a defect of the program to every caller that shares the answer
 */
export function sharedHealth(open: () => Promise<HealthContext>, options: HealthOptions): () => Promise<Health> {
  const { clock } = options;
  let known: { readonly until: number; readonly answer: Promise<Health> } | undefined;
  return () => {
    const now = Date.parse(clock.now());
    if (!known || now >= known.until) known = { until: now + sharedMilliseconds, answer: examineHealth(open, options) };
    return known.answer;
  };
}

async function examineHealth(open: () => Promise<HealthContext>, options: HealthOptions): Promise<Health> {
  const { clock, version, patience = 10_000 } = options;
  const answered = new AbortController();
  // Checking the settings does not wait for anything: a late answer means that storage does not answer.
  const tooLate = clock.wait(patience, answered.signal).then(
    () => withoutStorage,
    () => withoutStorage,
  );
  const outcomes = await Promise.race([outcomesOf(open), tooLate]).finally(() => answered.abort());
  return {
    status: checkNames.some((check) => outcomes[check] === 'fails') ? 'failing' : 'ok',
    version,
    checks: checkNames.map((check) => ({ check, outcome: outcomes[check] })),
  };
}

const withoutStorage: Outcomes = { settings: 'ok', storage: 'fails', scan: 'unknown' };

async function outcomesOf(open: () => Promise<HealthContext>): Promise<Outcomes> {
  try {
    const context = await open();
    await context.outbox.lengths();
    return { settings: 'ok', storage: 'ok', scan: await scanOutcome(context) };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'defect') throw error;
    return code === 'config-invalid' ? { settings: 'fails', storage: 'unknown', scan: 'unknown' } : withoutStorage;
  }
}

/** The worst outcome of all tenants. */
async function scanOutcome({ tenants, scans, clock }: HealthContext): Promise<Outcome> {
  const named = namedTenants(tenants);
  const ids = named.length > 0 ? named : await scans.tenants();
  const outcomes = new Set<Outcome>();
  const limit = pLimit(concurrentReads);
  const read = limit.map(ids, (tenantId) => newestScans(scans, tenantId));
  for (const newest of await read.finally(() => limit.clearQueue())) outcomes.add(freshnessOf(newest, clock.now()));
  return (['fails', 'unknown', 'ok'] as const).find((outcome) => outcomes.has(outcome)) ?? 'unknown';
}
