import { randomUUID } from 'node:crypto';
import { codeOf } from '../../model/errors.js';
import type { Scan } from '../../model/scan/scan.js';
import { isFinished } from '../../model/scan/scan-status.js';
import type { Organization } from '../../model/tenant/tenant.js';
import { requestAlert } from '../alerts/send-alerts.js';
import type { Directory, DirectoryStats, Lease, ScanStore } from '../ports/index.js';
import { afterSentinel } from './after-sentinel.js';
import { defaultCheckpoints } from './checkpoint/checkpoint-settings.js';
import { ScanCheckpoint } from './checkpoint/scan-checkpoint.js';
import { Deadline, underDeadline } from './deadline.js';
import { resetDelta } from './delta/delta-off.js';
import { statsSince } from './directory-stats.js';
import { examineTenant, ScanStopped, type UnreadTenant } from './examine-tenant.js';
import { keepLease } from './keep-lease.js';
import { observeScan } from './observe-scan.js';
import type { ScanContext, ScanRequest } from './scan-context.js';
import { ScanRecord } from './scan-record.js';
import { writeAnchor } from './write-anchor.js';

/** How many rows of scans that were not read a scan reports. */
const reportedRows = 5;
const foreignRow = 'Another program wrote the row. Consentinel ignores it. Delete the row.';

/**
 * Runs one scan of the tenant. An error of Graph during the scan is not thrown: the scan then ends `incomplete`,
 * records the reason, and resolves only what it examined.
 *
 * A large tenant has checkpoints: if a run of the scan has stopped, the next call with its `scanId` continues it.
 * @returns the finished scan; if the scan of `scanId` has finished before, that scan, and nothing is done. With `continues`, a
 * scan that had to stop is `running`
 * @throws ConsentinelError if no scan could begin, or if its result could not be stored
 */
export function scanTenant(context: ScanContext, request: ScanRequest): Promise<Scan> {
  const { settings, clock } = context;
  return underDeadline(settings.deadlineMinutes, clock, (limit) => scanUntil(limit, context, request));
}

async function scanUntil(limit: AbortSignal, context: ScanContext, request: ScanRequest): Promise<Scan> {
  const { directory, scans, clock } = context;
  const { onProgress } = request;
  const { signal } = new Deadline(limit, request.signal);
  const before = { ...directory.stats };
  const known = context.knownTenantId ?? (await directory.organization(signal));
  const tenantId = typeof known === 'string' ? known : known.id;
  const scanId = request.scanId ?? randomUUID();
  const earlier = await scans.scan(tenantId, scanId);
  if (earlier && isFinished(earlier)) {
    // The process may have stopped between the end of the scan and this request. Two requests cause one alert.
    if (!earlier.alerts) await requestOrOweAlert(context, request, earlier);
    return earlier;
  }

  // Before the first comparison of times: Graph's answer corrects a wrong clock. A failure is stored with the scan.
  const tenant = typeof known === 'string' ? await readOrganization(directory, signal) : known;
  const stats = () => statsSince(before, directory.stats);
  const checkpoint = await checkpointOf(context, { tenantId, scanId, stats }, earlier);
  const { record, lease, deltaWasOn } = await afterSentinel(context, tenantId, signal, () =>
    beginScan(context, { id: scanId, tenantId, requestedBy: request.requestedBy }, earlier, checkpoint),
  );
  return observeScan(context, record, async (observed, trace) => {
    try {
      const work = async (abort: AbortSignal) => {
        const deadline = new Deadline(limit, abort);
        if (request.resetDelta && context.inventory) await resetDelta(context.inventory, tenantId);
        const base = { context: observed, trace, record, checkpoint, deltaWasOn, onProgress };
        const scan = { ...base, deadline, signal: deadline.signal };
        await examineTenant({ ...scan, continues: request.continues === true }, tenant);
        await writeAnchor(observed, record);
      };
      await keepLease(lease, clock, work, request.signal);
      record.noteClockSkew(directory.clockSkew());
      for (const warning of checkpoint?.warnings ?? []) record.warn(warning);
      record.finish(clock.now(), checkpoint?.totalOf(stats()) ?? stats());
    } catch (error) {
      const isAborted = codeOf(error) === 'aborted' && request.signal?.aborted;
      const isStored = error instanceof ScanStopped || (isAborted && (await checkpoint?.store()));
      if (request.continues && isStored) return stopForLater(context, lease, record, checkpoint, stats());
      record.noteClockSkew(directory.clockSkew());
      record.fail(error, clock.now(), checkpoint?.totalOf(stats()) ?? stats());
      await finishFailed(context, lease, record.scan, codeOf(error)).catch(() => {});
      throw error;
    }
    await scans.finish(lease, record.scan);
    await checkpoint?.remove();
    request.onEnded?.(record.scan);
    await requestOrOweAlert(context, request, record.scan);
    return record.scan;
  });
}

/** The checkpoint of the scan; undefined in an installation without an inventory. It makes a call only for a scan with a row. */
async function checkpointOf(
  { inventory, checkpoints, clock, directory, rules }: ScanContext,
  scan: { tenantId: string; scanId: string; stats: () => DirectoryStats },
  earlier: Scan | undefined,
): Promise<ScanCheckpoint | undefined> {
  if (!inventory) return undefined;
  const context = {
    ...scan,
    inventory,
    clock,
    rules: rules.map(({ id }) => id),
    fastestAnswer: () => directory.fastestAnswer(),
    settings: { ...defaultCheckpoints, ...checkpoints },
  };
  return earlier ? ScanCheckpoint.resume(context) : ScanCheckpoint.begin(context);
}

/** Stores that the scan is `running` and releases its lease. */
async function stopForLater(
  { scans }: ScanContext,
  lease: Lease,
  record: ScanRecord,
  checkpoint: ScanCheckpoint | undefined,
  stats: DirectoryStats,
): Promise<Scan> {
  const { pages, requests, retries } = checkpoint?.totalOf(stats) ?? stats;
  Object.assign(record.scan, { pages, requests, retries, continued: (checkpoint?.continued ?? 0) + 1 });
  await scans.finish(lease, record.scan);
  return record.scan;
}

/**
 * Takes the lease. A scan that does not continue an earlier run starts now: what the sentinel found before is no finding of this
 * scan.
 */
async function beginScan(
  { scans, clock }: ScanContext,
  identity: Pick<Scan, 'id' | 'tenantId' | 'requestedBy'>,
  earlier: Scan | undefined,
  checkpoint: ScanCheckpoint | undefined,
): Promise<{ record: ScanRecord; lease: Lease; deltaWasOn: boolean }> {
  const begun = { ...identity, startedAt: checkpoint?.resumed?.startedAt ?? clock.now() };
  const rejected: string[] = [];
  const news = await startOfNews(scans, begun, (reason) => rejected.push(reason));
  const record = new ScanRecord(begun, news.since);
  record.isFirst = checkpoint?.resumed?.isFirst ?? news.isFirst;
  if (checkpoint?.resumed) record.scan.continued = checkpoint.continued;
  for (const reason of rejected.slice(0, reportedRows)) record.warn(`${reason} ${foreignRow}`);
  // The outbox and the notes of a failed attempt are kept.
  if (earlier?.alerts) record.scan.alerts = earlier.alerts;
  if (earlier?.givenUp) record.scan.givenUp = earlier.givenUp;
  return { record, deltaWasOn: news.deltaWasOn, lease: await scans.begin(record.scan, clock) };
}

async function readOrganization(directory: Directory, signal: AbortSignal): Promise<Organization | UnreadTenant> {
  try {
    return await directory.organization(signal);
  } catch (reason) {
    return { reason };
  }
}

/**
 * The scan has ended and is stored: a queue that does not answer does not change its result. Its row without `alerts` says
 * that the alert is owed.
 */
async function requestOrOweAlert(context: ScanContext, request: ScanRequest, scan: Scan): Promise<void> {
  try {
    await requestAlert(context, scan);
  } catch (error) {
    if (!codeOf(error).startsWith('storage-')) throw error;
    request.onAlertOwed?.(error);
  }
}

/** After a lost lease another scan owns the row. A user who aborts a scan needs no alert. */
async function finishFailed(context: ScanContext, lease: Lease, scan: Scan, code: string): Promise<void> {
  if (code === 'lease-lost') return;
  await context.scans.finish(lease, scan);
  if (code !== 'aborted') await requestAlert(context, scan);
}

/** The time since which findings are new, and whether there is no earlier scan: the news of a scan that failed before its report go to the next scan. */
async function startOfNews(
  scans: ScanStore,
  { tenantId, startedAt }: Pick<Scan, 'tenantId' | 'startedAt'>,
  onRejected: (reason: string) => void,
): Promise<{ since: string; isFirst: boolean; deltaWasOn: boolean }> {
  let since = startedAt;
  let isFirst = true;
  let deltaWasOn = false;
  for await (const scan of scans.scans(tenantId, onRejected)) {
    isFirst = false;
    deltaWasOn ||= scan.delta !== undefined;
    if (isFinished(scan)) break;
    if (scan.since < since) since = scan.since;
  }
  return { since, isFirst, deltaWasOn };
}
