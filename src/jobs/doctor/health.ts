import { codeOf } from '../../model/errors.js';
import { freshnessOf } from '../../model/scan/scan-freshness.js';
import { namedTenants, type TenantSettings } from '../../model/tenant/tenant-choice.js';
import type { Clock, Outbox, ScanStore } from '../ports/index.js';
import { newestScans } from '../scan/newest-scans.js';

const names = ['settings', 'storage', 'scan'] as const;
type Outcome = 'ok' | 'fails' | 'unknown';
type Outcomes = Readonly<Record<(typeof names)[number], Outcome>>;

/** What anybody may know: no tenant, no value, no identity, no host and no text of an error. */
export interface Health {
  readonly status: 'ok' | 'failing';
  readonly version: string;
  readonly checks: readonly { readonly check: (typeof names)[number]; readonly outcome: Outcome }[];
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
  /** Of the program. */
  readonly version: string;
  /** How long storage may take, in milliseconds; a probe waits no longer. @default 10 s */
  readonly patience?: number;
}

/** An answer serves everybody for so long: however many ask, storage is asked once. */
const sharedFor = 60_000;

/** Tenants whose scans are read at a time: one after the other, hundreds would outlast the patience. */
const atOnce = 20;

/**
 * Looks whether the product does its work: can it start, does storage answer, was there a complete scan lately. It asks
 * Graph for nothing, so that strangers cannot use up its patience.
 * @param open gives what is looked at; fails with `config-invalid` where a setting is wrong
 * @returns asks for the health; a defect of the program is thrown, to everybody who shares the answer
 */
export function sharedHealth(open: () => Promise<HealthContext>, options: HealthOptions): () => Promise<Health> {
  const { clock } = options;
  let known: { readonly until: number; readonly answer: Promise<Health> } | undefined;
  return () => {
    const now = Date.parse(clock.now());
    if (!known || now >= known.until) known = { until: now + sharedFor, answer: examineHealth(open, options) };
    return known.answer;
  };
}

async function examineHealth(open: () => Promise<HealthContext>, options: HealthOptions): Promise<Health> {
  const { clock, version, patience = 10_000 } = options;
  const answered = new AbortController();
  // Settings are checked without waiting for anything: what keeps us waiting is storage.
  const tooLate = clock.wait(patience, answered.signal).then(
    () => withoutStorage,
    () => withoutStorage,
  );
  const outcomes = await Promise.race([look(open), tooLate]).finally(() => answered.abort());
  return {
    status: names.some((check) => outcomes[check] === 'fails') ? 'failing' : 'ok',
    version,
    checks: names.map((check) => ({ check, outcome: outcomes[check] })),
  };
}

const withoutStorage: Outcomes = { settings: 'ok', storage: 'fails', scan: 'unknown' };

async function look(open: () => Promise<HealthContext>): Promise<Outcomes> {
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

/** Of several tenants the worst counts. */
async function scanOutcome({ tenants, scans, clock }: HealthContext): Promise<Outcome> {
  const named = namedTenants(tenants);
  const ids = named.length > 0 ? named : await scans.tenants();
  const outcomes = new Set<Outcome>();
  for (let i = 0; i < ids.length; i += atOnce) {
    const some = ids.slice(i, i + atOnce).map((tenantId) => newestScans(scans, tenantId));
    for (const newest of await Promise.all(some)) outcomes.add(freshnessOf(newest, clock.now()));
  }
  return (['fails', 'unknown', 'ok'] as const).find((outcome) => outcomes.has(outcome)) ?? 'unknown';
}
