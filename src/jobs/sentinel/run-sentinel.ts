import { randomUUID } from 'node:crypto';
import { ConsentinelError, codeOf, explain } from '../../model/errors.js';
import { auditLogPermission } from '../../model/rule/permissions.js';
import type { Scan } from '../../model/scan/scan.js';
import { isFinished } from '../../model/scan/scan-status.js';
import { isSentinelId, sentinelId } from '../../model/scan/sentinel-id.js';
import { planRun, type SentinelState } from '../../model/sentinel/plan-run.js';
import { requestAlert } from '../alerts/send-alerts.js';
import { Deadline, underDeadline } from '../scan/deadline.js';
import { statsSince } from '../scan/directory-stats.js';
import { keepLease } from '../scan/keep-lease.js';
import type { ScanContext, ScanRequest } from '../scan/scan-context.js';
import { ScanRecord } from '../scan/scan-record.js';
import { isGraphError } from '../tenant/graph-error.js';
import { earlierRuns } from './earlier-runs.js';
import { examineApps } from './examine-apps.js';
import { followAuditLog } from './follow-audit-log.js';
import { listKeyHolders } from './list-key-holders.js';
import { keyRuleOf, rulesForOneApp } from './sentinel-rules.js';
import type { SentinelWork } from './sentinel-work.js';

/** A run reads little. A nightly scan waits for it, so that it must end soon also while Graph throttles. */
export const sentinelMinutes = 10;
/** How long the rows of runs that wrote nothing are kept. */
const keptDays = 7;
const day = 86_400_000;

/**
 * Finds symmetric signing keys between two scans. Where it may read the audit log, it also examines the apps whose
 * change the log names. It creates findings through the same commit as a scan and resolves none. An error of Graph is not
 * thrown: the run then ends `incomplete`.
 * @param request as for a scan; `scanId` must be an id of the sentinel
 * @returns the finished run
 * @throws ConsentinelError `scan-in-progress` while a scan of the tenant runs: it examines more than this run would; any
 * error of storage
 */
export function runSentinel(context: ScanContext, request: Omit<ScanRequest, 'onProgress'>): Promise<Scan> {
  const { settings, clock } = context;
  const minutes = Math.min(settings.deadlineMinutes ?? sentinelMinutes, sentinelMinutes);
  return underDeadline(minutes, clock, (limit) => runUntil(limit, context, request));
}

async function runUntil(
  limit: AbortSignal,
  context: ScanContext,
  request: Omit<ScanRequest, 'onProgress'>,
): Promise<Scan> {
  const { directory, scans, clock } = context;
  const { signal } = new Deadline(limit, request.signal);
  const before = { ...directory.stats };
  // Before the first comparison of times: Graph's answer corrects a wrong clock.
  const organization = await directory.organization(signal);
  const tenantId = organization.id;
  const id = request.scanId ?? sentinelId(randomUUID());
  if (!isSentinelId(id)) throw new ConsentinelError('usage-invalid', `${id} is not the id of a run of the sentinel.`);
  const earlier = await scans.scan(tenantId, id);
  if (earlier && isFinished(earlier)) {
    await requestOwedAlert(context, request, earlier);
    return earlier;
  }
  const startedAt = clock.now();
  const { state, since, last } = await earlierRuns(scans, tenantId, startedAt);
  const record = new ScanRecord({ id, tenantId, requestedBy: request.requestedBy, startedAt }, since);
  record.scan.tenantName = organization.displayName;
  record.scan.sentinel = { ...state, apps: 0, hasNews: false };
  if (earlier?.alerts) record.scan.alerts = earlier.alerts;
  const lease = await scans.begin(record.scan, clock);
  try {
    const seen: SentinelWork['seen'] = new Map();
    await keepLease(
      lease,
      clock,
      async (abort) => {
        const deadline = new Deadline(limit, abort);
        await examine({ context, record, organization, deadline, signal: deadline.signal, seen }, state);
        await scans.pruneSentinelRuns(tenantId, new Date(Date.parse(startedAt) - keptDays * day).toISOString());
      },
      request.signal,
    );
    record.noteClockSkew(directory.clockSkew());
    record.finish(clock.now(), statsSince(before, directory.stats));
    count(record.scan, seen);
  } catch (error) {
    record.fail(error, clock.now(), statsSince(before, directory.stats));
    if (codeOf(error) !== 'lease-lost') await scans.finish(lease, record.scan).catch(() => {});
    throw error;
  }
  await scans.finish(lease, record.scan);
  request.onEnded?.(record.scan);
  for (const run of [last, record.scan]) if (run) await requestOwedAlert(context, request, run);
  return record.scan;
}

/** Requests the alert of a run with news. Two requests cause one alert. */
async function requestOwedAlert(
  context: ScanContext,
  { onAlertOwed }: Pick<ScanRequest, 'onAlertOwed'>,
  run: Scan,
): Promise<void> {
  if (!run.sentinel?.hasNews || run.alerts) return;
  try {
    await requestAlert(context, run);
  } catch (error) {
    if (!codeOf(error).startsWith('storage-')) throw error;
    onAlertOwed?.(error);
  }
}

/** Reads what the plan of the run says. An error of Graph or the deadline makes the run incomplete. */
async function examine(work: SentinelWork, state: SentinelState): Promise<void> {
  const { record, deadline } = work;
  try {
    await follow(work, state);
  } catch (error) {
    if (!isGraphError(error) && !deadline.caused(error)) throw error;
    record.notExamined([], [{ code: codeOf(error), message: explain(error) }]);
  }
}

async function follow(work: SentinelWork, state: SentinelState): Promise<void> {
  const { context, record, signal } = work;
  const { scan } = record;
  const roles = await context.directory.roles(signal);
  const mayReadLog = roles?.includes(auditLogPermission) ?? true;
  const plan = planRun(state, scan.startedAt, mayReadLog);
  for (const note of plan.notes) record.note(note);
  const log = plan.auditSince === undefined ? undefined : await followAuditLog(work, plan.auditSince);
  const changed = log?.appIds ?? new Set<string>();
  await examineApps(work, changed, rulesForOneApp(context.rules));
  const mustList = plan.list || log?.isWhole === false;
  const isListed = !mustList || (await list(work, changed));
  // What a listing replaces is not read again; what could not be read, the next run reads.
  const isFollowed = log ? log.isWhole || isListed : mayReadLog && isListed;
  if (isFollowed && scan.sentinel && scan.errors.length === 0) scan.sentinel.position = scan.startedAt;
}

/** Lists the objects with keys, and examines the apps with an unknown one. @returns whether the listing is complete */
async function list(work: SentinelWork, examined: ReadonlySet<string>): Promise<boolean> {
  const { context, record } = work;
  const rule = keyRuleOf(context.rules);
  if (!rule) {
    record.note('The rule no-symmetric-signing-key is turned off (RULES_OFF): the sentinel lists no keys.');
    return true;
  }
  const appIds = await listKeyHolders(work, rule);
  await examineApps(work, new Set([...appIds].filter((appId) => !examined.has(appId))), [rule]);
  return record.scan.sentinel?.listedAt === record.scan.startedAt;
}

/** The counts of what the run saw. It says nothing about other findings. */
function count(scan: Scan, seen: SentinelWork['seen']): void {
  const findings = { new: 0, open: 0, resolved: 0, suppressed: 0 };
  for (const { status, appearedAt } of seen.values()) {
    if (status === 'open') findings[appearedAt >= scan.since ? 'new' : 'open'] += 1;
    if (status === 'suppressed') findings.suppressed += 1;
  }
  scan.findings = findings;
  delete scan.bySeverity;
  if (findings.new > 0 && scan.sentinel) scan.sentinel.hasNews = true;
}
