import { toleratedSkew } from '../../model/clock/clock-skew.js';
import { overdueAfterHours } from '../../model/scan/scan-freshness.js';
import { namedTenants, type TenantSettings } from '../../model/tenant/tenant-choice.js';
import { type CatchUpState, type Clock, type Outbox, queueNames, type ScanStore } from '../ports/index.js';
import { newestScans } from './newest-scans.js';

/** What the catch-up works with: `Installation.catchUp` gives it. */
export interface CatchUpContext {
  readonly tenants: TenantSettings;
  readonly scans: Pick<ScanStore, 'scans' | 'tenants' | 'catchUpState' | 'replaceCatchUpState' | 'recordRequest'>;
  readonly outbox: Pick<Outbox, 'send'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** A scan that was requested because none was complete for too long. */
export interface CaughtUp {
  readonly scanId: string;
  readonly requestedBy: 'catch-up';
  /** Undefined if the installation has one tenant whose id the settings do not name. */
  readonly tenantId: string | undefined;
}

const hour = 3_600_000;
/** A scan that began earlier has ended or was killed: no function runs longer (`functionTimeout` in host.json). */
const longestScan = 4 * hour;
const onePerNight = 24 * hour;

/**
 * Requests a scan of each tenant without a complete scan for 26 hours, at most once in 24 hours for a tenant. It covers a
 * timer that does not fire, a lost message, and a night in which every scan failed. It requests none while a scan runs.
 * A tenant that was never scanned counts from the first call.
 * @returns the requests that were sent
 * @throws ConsentinelError if storage does not answer; earlier requests were sent
 */
export async function requestMissedScans(context: CatchUpContext): Promise<CaughtUp[]> {
  const { tenants } = context;
  const requested: CaughtUp[] = [];
  const keys = tenants.tenantIds.length > 0 ? tenants.tenantIds : [undefined];
  for (const tenantId of keys) {
    const scanId = await requestIfMissed(context, tenantId);
    const tenant = tenantId ?? tenants.tenantId;
    if (scanId !== undefined) requested.push({ scanId, requestedBy: 'catch-up', tenantId: tenant });
  }
  return requested;
}

/** @param tenantId undefined for the only tenant @returns the id of the requested scan; undefined if none is missed */
async function requestIfMissed(context: CatchUpContext, tenantId: string | undefined): Promise<string | undefined> {
  const { scans, clock } = context;
  const now = clock.now();
  const known = tenantId ?? (await onlyTenant(context));
  const { latest, complete } = known === undefined ? {} : await newestScans(scans, known);
  const at = Date.parse(now);
  if (latest?.status === 'running' && at - Date.parse(latest.startedAt) < longestScan) return undefined;
  const completeAt = complete && (complete.finishedAt ?? complete.startedAt);
  if (completeAt && !isOverdue(completeAt, at)) return undefined;
  const key = tenantId ?? 'only';
  const stored = await scans.catchUpState(key);
  const state = possibleState(stored?.value, at) ?? { since: now };
  const isDue = isOverdue(completeAt ?? state.since, at) && !isRecent(state.requestedAt, at);
  if (stored && !isDue) return undefined;
  const next = isDue ? { ...state, requestedAt: now } : state;
  // Of several instances that find the scan missing at the same time, one writes the row.
  if (!(await scans.replaceCatchUpState(key, next, stored?.etag)) || !isDue) return undefined;
  try {
    return await request(context, tenantId, now);
  } catch (error) {
    // The request is still due.
    await scans.replaceCatchUpState(key, state, (await scans.catchUpState(key))?.etag);
    throw error;
  }
}

async function request({ scans, outbox }: CatchUpContext, tenantId: string | undefined, now: string): Promise<string> {
  const scanId = `catch-up-${now.replace(/\D/g, '')}`;
  // Without the record, an abandoned request has no row of its own.
  await scans.recordRequest(scanId, now).catch(() => {});
  const tenant = tenantId !== undefined && { tenantId };
  await outbox.send(queueNames.scanRequests, { scanId, requestedBy: 'catch-up', ...tenant });
  return scanId;
}

/** The only tenant of the installation; undefined before its first scan, and where storage has several. */
async function onlyTenant({ tenants, scans }: CatchUpContext): Promise<string | undefined> {
  const [named] = namedTenants(tenants);
  if (named !== undefined) return named;
  const stored = await scans.tenants();
  return stored.length === 1 ? stored[0] : undefined;
}

/** A stored time in the future would stop every catch-up: it counts as not stored. */
function possibleState(state: CatchUpState | undefined, now: number): CatchUpState | undefined {
  const isPossible = (time: string) => Date.parse(time) <= now + toleratedSkew;
  if (!state || !isPossible(state.since)) return undefined;
  return state.requestedAt === undefined || isPossible(state.requestedAt) ? state : { since: state.since };
}

function isOverdue(since: string, now: number): boolean {
  return now - Date.parse(since) > overdueAfterHours * hour;
}

function isRecent(requestedAt: string | undefined, now: number): boolean {
  return requestedAt !== undefined && now - Date.parse(requestedAt) < onePerNight;
}
