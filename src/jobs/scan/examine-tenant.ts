import { codeOf, explain } from '../../model/errors.js';
import { judgeTenant, undetermined } from '../../model/finding/judge.js';
import type { AppRule, Rule, TenantRule } from '../../model/rule/rule.js';
import type { Organization } from '../../model/tenant/tenant.js';
import { isGraphError } from '../tenant/graph-error.js';
import { type LoadedTenant, loadTenant, notExaminedFor } from '../tenant/load-tenant.js';
import { selectionOf } from '../tenant/selection.js';
import { compareKeys } from './compare-keys.js';
import { openDelta, prepareDelta, withForeseenParts } from './delta/delta-listing.js';
import type { DeltaListing } from './delta/delta-scan.js';
import { withGrantsOf } from './delta/grant-listing.js';
import { EvidenceReads } from './evidence-reads.js';
import { FindingIndex } from './finding-index.js';
import { gatherEvidence } from './gather-evidence.js';
import { beginListings } from './listings.js';
import { repairTimes } from './repair-times.js';
import { resolveFindings } from './resolve-findings.js';
import type { ScanContext, ScanUnderWay } from './scan-context.js';
import { ScanFindings } from './scan-findings.js';
import type { ScanRecord } from './scan-record.js';
import { walkDirectory } from './walk-directory.js';

/** Why the organization could not be read before the scan took its lease. */
export interface UnreadTenant {
  readonly reason: unknown;
}

/** Ends the run of a scan that continues later. */
export class ScanStopped extends Error {
  constructor(reason: unknown) {
    super('The scan continues later.', { cause: reason });
  }
}

/**
 * The work of a scan under its lease: judges the tenant and its apps, and stores findings while it reads.
 * @throws ConsentinelError if the tenant itself could not be read, if storage failed, and on abort. ScanStopped at the deadline
 * of a scan that continues later
 */
export async function examineTenant(
  begun: Omit<ScanUnderWay, 'listings'>,
  tenant: Organization | UnreadTenant,
): Promise<void> {
  try {
    if ('reason' in tenant) throw tenant.reason;
    await examine(begun, tenant);
  } catch (error) {
    // The deadline passed before the walk of the directory began.
    if (!begun.deadline.caused(error)) throw error;
    reportUnexamined(begun, begun.context.rules, error);
  }
}

async function examine(begun: Omit<ScanUnderWay, 'listings'>, organization: Organization): Promise<void> {
  const stop = new AbortController();
  try {
    await examineReading(begun, organization, AbortSignal.any([begun.signal, stop.signal]));
  } finally {
    // What still loads, because the examination ended early, is not needed any more.
    stop.abort();
  }
}

/** @param reading the signal for reads that begin before the scan needs them */
async function examineReading(
  begun: Omit<ScanUnderWay, 'listings'>,
  organization: Organization,
  reading: AbortSignal,
): Promise<void> {
  const { context, trace, record } = begun;
  const { directory, rules } = context;
  const { firstParty, expiry } = context.settings;
  record.scan.tenantName = organization.displayName;
  const known = { ...organization, ...(firstParty && { firstParty }), ...(expiry && { expiry }) };
  const selection = selectionOf(rules.filter(isAppRule));
  const select = { objects: selection, grants: rules.some((rule) => rule.select.tenant?.includes('grants')) };
  const opened = openDelta(begun, select);
  const delta = opened.then((known) => prepareDelta({ ...begun, signal: reading }, select, known));
  // Reads that need nothing of each other begin together: each round trip to Graph can take seconds.
  const { checkpoint: stored } = begun;
  const grantsFrom = withGrantsOf(directory, delta);
  const partsFrom = stored?.tenant.directoryOver(grantsFrom) ?? grantsFrom;
  const loading = opened.then((last) =>
    loadTenant(withForeseenParts(partsFrom, last), known, rules, record.scan.startedAt, reading, true),
  );
  const findingIndex = FindingIndex.load(context.findings, organization.id);
  // An earlier run of this scan may have stored findings.
  const isFirst = findingIndex.then(({ isEmpty }) => record.isFirst && (isEmpty || !!begun.checkpoint?.resumed));
  const listing = delta.then((from) => {
    const checkpoint = from.usesInventory ? stored?.end() : stored;
    // An inventory for later scans must not depend on an index that lags.
    const keys = { mayUseKeyIndex: !context.settings.deltaScans, keyReading: context.keyReading };
    return beginListings(from.directory, { record, signal: reading, selection, checkpoint, isFirst, ...keys });
  });
  // They are awaited below. Until then a rejection must not count as unhandled.
  for (const read of [opened, loading, isFirst, delta, listing]) read.catch(() => {});
  const index = await findingIndex;
  record.startFrom(index);
  record.isFirst = await isFirst;
  await repairTimes(context.findings, index.toRepair, record);
  const loaded = await trace.during('load tenant', () => loading);
  record.notExamined(loaded.notExamined, loaded.errors);
  record.undetermined(loaded.undetermined);
  const deltaListing = await trace.during('list changes', () => delta);
  const checkpoint = deltaListing.usesInventory ? undefined : stored;
  const lookedUp = deltaListing.lookups?.over(directory) ?? directory;
  const examined = { ...context, directory: checkpoint?.tenant.withDependents(lookedUp) ?? lookedUp };
  const listings = await listing;
  context.onCounted?.(listings.total);
  const scan = { ...begun, context: examined, checkpoint, listings };
  const findings = new ScanFindings(scan, index, loaded);
  await judgeTenantRules(record, findings, loaded);
  const { evidence } = context;
  const reads = evidence && new EvidenceReads(scan, evidence, findings, loaded.rules);
  // It arrives during the listing of service principals. The walk of applications takes less time than this read.
  void reads?.known();
  // The walk of an inventory is short. Afterwards all evidence is read together, in fewer requests.
  await judgeApps(scan, findings, loaded, deltaListing, deltaListing.usesInventory ? undefined : reads);
  await findings.flush();
  await resolve(scan, findings);
  await trace.during('gather evidence', () => gatherEvidence(scan, findings, loaded, reads));
  if (record.examinedEverything)
    await trace.during('delete old rows', () => prune(context, organization.id, record.scan.startedAt));
}

async function judgeTenantRules(
  record: ScanRecord,
  findings: ScanFindings,
  { tenant, rules }: LoadedTenant,
): Promise<void> {
  const tenantRules = rules.filter((rule): rule is TenantRule => rule.on === 'tenant');
  const unknown = undetermined(tenantRules, tenant);
  const judged = tenantRules.filter(({ id }) => !unknown.some(({ ruleId }) => ruleId === id));
  findings.index.markJudged(tenant.id, new Set(judged.map(({ id }) => id)));
  await findings.found(judgeTenant(tenantRules, tenant), []);
  record.undetermined(unknown);
}

/** Judges every app. */
async function judgeApps(
  scan: ScanUnderWay,
  findings: ScanFindings,
  { tenant, grants }: LoadedTenant,
  { finish }: DeltaListing,
  reads: EvidenceReads | undefined,
): Promise<void> {
  const { trace, listings, signal } = scan;
  try {
    await trace.during('judge', () =>
      walkDirectory({ tenant, listings, signal, grants, onPage: () => reads?.onPage() }, findings),
    );
    reads?.onWalked();
    await findings.judgeRepeated(() => reads?.onConfirmed());
    await finish(listings);
    signal.throwIfAborted();
  } catch (error) {
    if (!makesIncomplete(scan, error)) throw error;
    const continues = scan.continues && scan.deadline.caused(error) && (await scan.checkpoint?.store());
    if (continues) throw new ScanStopped(error);
    reportUnexamined(scan, findings.appRules, error);
  }
}

/** An error of Graph and the deadline make a scan incomplete. Any other error (storage, lease, abort, defect) ends it. */
function makesIncomplete({ deadline }: Pick<ScanUnderWay, 'deadline'>, error: unknown): boolean {
  return isGraphError(error) || deadline.caused(error);
}

function isAppRule(rule: Rule): rule is AppRule {
  return rule.on === 'app';
}

function reportUnexamined({ record }: Pick<ScanUnderWay, 'record'>, rules: readonly Rule[], error: unknown): void {
  const known = new Set(record.scan.notExamined.map(({ ruleId }) => ruleId));
  record.notExamined(
    rules.flatMap((rule) => (known.has(rule.id) ? [] : [notExaminedFor(rule, error)])),
    [{ code: codeOf(error), message: explain(error) }],
  );
}

/** Resolves what the scan has decided, also after an error of Graph or the deadline. */
async function resolve(scan: ScanUnderWay, findings: ScanFindings): Promise<void> {
  try {
    await scan.trace.during('resolve findings', () => resolveFindings(scan, findings));
    await compareKeys(scan, findings.index);
  } catch (error) {
    if (!makesIncomplete(scan, error)) throw error;
    scan.record.notExamined([], [{ code: codeOf(error), message: explain(error) }]);
  }
}

/** Deletes resolved findings and scans that are older than the retention time; the audit trail stays. */
async function prune({ findings, scans, settings }: ScanContext, tenantId: string, now: string): Promise<void> {
  const before = new Date(Date.parse(now) - settings.retentionDays * 86_400_000).toISOString();
  await findings.prune(tenantId, before);
  await scans.prune(tenantId, before);
}
