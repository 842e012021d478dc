import { randomUUID } from 'node:crypto';
import { codeOf, explain } from '../model/errors.js';
import type { FirstPartySettings } from '../model/first-party.js';
import { judgeTenant, untold } from '../model/judge.js';
import type { RemedyOptions } from '../model/remedy.js';
import type { AppRule, Rule, TenantRule } from '../model/rule.js';
import type { Scan } from '../model/scan.js';
import type { Organization } from '../model/tenant.js';
import { confirmAbsences } from './confirm-absences.js';
import { keepLease } from './keep-lease.js';
import { Ledger } from './ledger.js';
import { loadTenant } from './load-tenant.js';
import { observeScan } from './observe-scan.js';
import type {
  AlertChannel,
  Clock,
  Directory,
  DirectoryStats,
  FindingStore,
  Lease,
  Outbox,
  ScanStore,
} from './ports.js';
import { isOfGraph } from './propose-remedies.js';
import { resolveUnmet } from './resolve-unmet.js';
import { ScanRecord } from './scan-record.js';
import { requestAlert } from './send-alerts.js';
import type { ScanTrace, Telemetry } from './telemetry.js';
import { selectionOf, type WalkListener, walkDirectory } from './walk-directory.js';

/** What a scan works with. */
export interface ScanContext {
  readonly directory: Directory;
  readonly findings: FindingStore;
  readonly scans: ScanStore;
  readonly clock: Clock;
  readonly rules: readonly Rule[];
  readonly firstParty?: FirstPartySettings;
  /** 0 to 100, the setting MAX_RESOLVED_PERCENT. */
  readonly maxResolvedPercent: number;
  /** How long resolved findings and scans are kept; the setting RETENTION_DAYS. */
  readonly retentionDays: number;
  readonly remedyOptions: RemedyOptions;
  readonly outbox: Outbox;
  /** Who is told; only whether there is anybody matters to a scan. */
  readonly channels: readonly AlertChannel[];
  readonly telemetry: Telemetry;
  /** The tenant, where the settings tell it: then a scan that Graph refuses from the start is kept and told too. */
  readonly knownTenantId?: string;
}

/** How far a scan is. */
export interface ScanProgress {
  readonly stage: 'servicePrincipals' | 'applications';
  /** Objects read so far, of both kinds. */
  readonly objects: number;
  readonly pages: number;
  /** Objects of both kinds in the tenant, where Graph says. */
  readonly total: number | undefined;
}

export interface ScanRequest {
  /** Given by whoever may ask twice for one scan (a queue delivers at least once); made up otherwise. */
  readonly scanId?: string;
  readonly requestedBy: string;
  readonly signal?: AbortSignal;
  /** Called after every page; where it is given, Graph is asked for the number of objects too. */
  readonly onProgress?: (progress: ScanProgress) => void;
}

/**
 * One scan of the tenant. It never throws for what Graph does in the middle of it: the scan then ends `incomplete`,
 * says why, and resolves nothing.
 * @returns the finished scan; where `scanId` names one that has finished before, that one, and nothing is done
 * @throws ConsentinelError where no scan could begin or its result could not be stored
 */
export async function scanTenant(context: ScanContext, request: ScanRequest): Promise<Scan> {
  const { directory, scans, clock } = context;
  const whose = context.knownTenantId ?? (await directory.organization(request.signal));
  const tenantId = typeof whose === 'string' ? whose : whose.id;
  const scanId = request.scanId ?? randomUUID();
  const earlier = await scans.scan(tenantId, scanId);
  if (earlier?.status === 'complete' || earlier?.status === 'incomplete') {
    // It may have been killed after its end and before it could ask. Asking twice tells once.
    if (!earlier.alerts) await requestAlert(context, earlier);
    return earlier;
  }

  const startedAt = clock.now();
  const record = new ScanRecord(
    { id: scanId, tenantId, requestedBy: request.requestedBy, startedAt },
    await newsSince(scans, tenantId, startedAt),
  );
  // What was told of an attempt that failed is still told.
  if (earlier?.alerts) record.scan.alerts = earlier.alerts;
  if (earlier?.givenUp) record.scan.givenUp = earlier.givenUp;
  const lease = await scans.begin(record.scan);
  const before = { ...directory.stats };
  return observeScan(context, record, async (observed, trace) => {
    try {
      const work = (signal: AbortSignal) => examine(observed, trace, request, whose, record, signal);
      await keepLease(lease, clock, work, request.signal);
      record.finish(clock.now(), since(before, directory.stats));
    } catch (error) {
      record.fail(error, clock.now(), since(before, directory.stats));
      await finishFailed(context, lease, record.scan, codeOf(error)).catch(() => {});
      throw error;
    }
    await scans.finish(lease, record.scan);
    await requestAlert(context, record.scan);
    return record.scan;
  });
}

/** Another scan writes where the lease was lost. Whoever stops a scan by hand knows it, and need not be told. */
async function finishFailed(context: ScanContext, lease: Lease, scan: Scan, code: string): Promise<void> {
  if (code === 'lease-lost') return;
  await context.scans.finish(lease, scan);
  if (code !== 'aborted') await requestAlert(context, scan);
}

async function examine(
  context: ScanContext,
  trace: ScanTrace,
  request: ScanRequest,
  whose: string | Organization,
  record: ScanRecord,
  signal: AbortSignal,
): Promise<void> {
  const { directory, findings } = context;
  const organization = typeof whose === 'string' ? await directory.organization(signal) : whose;
  record.scan.tenantName = organization.displayName;
  const ledger = await Ledger.load(findings, organization.id);
  record.open(findings, ledger);
  const { tenant, rules, notExamined, errors, later } = await trace.during('load tenant', () =>
    loadTenant(
      directory,
      { ...organization, ...(context.firstParty && { firstParty: context.firstParty }) },
      context.rules,
      record.scan.startedAt,
      signal,
      true,
    ),
  );
  record.notExamined(notExamined, errors);
  record.remedyWith({ directory, rules, tenant, options: context.remedyOptions });

  const tenantRules = rules.filter((rule): rule is TenantRule => rule.on === 'tenant');
  let appRules = rules.filter((rule): rule is AppRule => rule.on === 'app');
  if (tenantRules.length > 0) ledger.see(tenant.id);
  await record.met(judgeTenant(tenantRules, tenant));
  record.untold(untold(tenantRules, tenant));

  const { servicePrincipal: select } = selectionOf(appRules);
  const confirm = () =>
    trace.during('confirm absences', async () => {
      const apps = record.takeUnconfirmed();
      const { judgements, untold } = await confirmAbsences(directory, appRules, tenant, apps, select, signal);
      ledger.doubt(untold);
      await record.met(judgements);
    });
  const total = request.onProgress && (await countObjects(directory, signal));
  try {
    const listener: WalkListener = {
      seen: (objectId) => ledger.see(objectId),
      knows: ({ application, servicePrincipal }) => ledger.knows(application?.id) || ledger.knows(servicePrincipal?.id),
      untold: (ids) => ledger.doubt(ids),
      between: async () => {
        const report = await trace.during('load tenant', () => later);
        record.notExamined(report.notExamined, report.errors);
        appRules = appRules.filter(({ id }) => !report.notExamined.some(({ ruleId }) => ruleId === id));
        return appRules;
      },
      judged: async (app, judgements) => {
        await record.judged(app, judgements);
        if (record.unconfirmed >= 200) await confirm();
      },
      page: async (stage, objects) => {
        record.count(stage, objects);
        request.onProgress?.({ stage, objects: record.objects, pages: directory.stats.pages, total });
      },
    };
    await trace.during('judge', () => walkDirectory(directory, appRules, tenant, listener, signal));
    await confirm();
    await record.flush();
    signal.throwIfAborted();
    if (record.sawEverything)
      await trace.during('resolve findings', () => resolveUnmet(context, ledger, record, signal));
  } catch (error) {
    // What Graph refused is a fact about the scan. Anything else (storage, lease, abort, defect) ends it.
    if (!isOfGraph(error)) throw error;
    record.notExamined(
      appRules.map((rule) => ({ ruleId: rule.id, reason: explain(error) })),
      [{ code: codeOf(error), message: explain(error) }],
    );
  }
  await record.flush();
  if (record.sawEverything)
    await trace.during('delete old rows', () => prune(context, organization.id, record.scan.startedAt));
}

/** What is old goes when a scan is complete; the audit trail stays. */
async function prune({ findings, scans, retentionDays }: ScanContext, tenantId: string, now: string): Promise<void> {
  const before = new Date(Date.parse(now) - retentionDays * 86_400_000).toISOString();
  await findings.prune(tenantId, before);
  await scans.prune(tenantId, before);
}

/** The directory counts for as long as the process lives; a scan counts its own part. */
function since(before: DirectoryStats, now: DirectoryStats): DirectoryStats {
  return {
    pages: now.pages - before.pages,
    requests: now.requests - before.requests,
    retries: now.retries - before.retries,
    resourceUnits: now.resourceUnits - before.resourceUnits,
  };
}

/** For the progress bar alone: not knowing is no fault. */
async function countObjects(directory: Directory, signal: AbortSignal): Promise<number | undefined> {
  const counts = await Promise.all([
    directory.count('servicePrincipals', signal),
    directory.count('applications', signal),
  ]);
  return counts[0] === undefined || counts[1] === undefined ? undefined : counts[0] + counts[1];
}

/** Since when findings are news: a scan that failed before it could report leaves its news to the next one. */
async function newsSince(scans: ScanStore, tenantId: string, startedAt: string): Promise<string> {
  let since = startedAt;
  for await (const scan of scans.scans(tenantId)) {
    if (scan.status === 'complete' || scan.status === 'incomplete') break;
    if (scan.since < since) since = scan.since;
  }
  return since;
}
