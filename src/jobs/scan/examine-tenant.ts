import { codeOf, explain } from '../../model/errors.js';
import { judgeTenant, undetermined } from '../../model/finding/judge.js';
import type { TenantRule } from '../../model/rule/rule.js';
import type { Organization } from '../../model/tenant/tenant.js';
import type { Directory } from '../ports/index.js';
import { isGraphError } from '../tenant/graph-error.js';
import { type LoadedTenant, loadTenant } from '../tenant/load-tenant.js';
import { FindingIndex } from './finding-index.js';
import { repairTimes } from './repair-times.js';
import { resolveFindings } from './resolve-findings.js';
import type { ScanContext, ScanUnderWay } from './scan-context.js';
import { ScanFindings } from './scan-findings.js';
import type { ScanRecord } from './scan-record.js';
import { walkDirectory } from './walk-directory.js';

/**
 * The work of a scan under its lease: judges the tenant and its apps, and stores findings while it reads.
 * @throws ConsentinelError if the tenant itself could not be read, if storage failed, and on abort
 */
export async function examineTenant(scan: ScanUnderWay, organization: Organization): Promise<void> {
  const { context, trace, record, signal } = scan;
  const { directory, rules } = context;
  const { firstParty } = context.settings;
  record.scan.tenantName = organization.displayName;
  const index = await FindingIndex.load(context.findings, organization.id);
  record.startFrom(index);
  await repairTimes(context.findings, index.toRepair, record);
  const known = { ...organization, ...(firstParty && { firstParty }) };
  const loaded = await trace.during('load tenant', () =>
    loadTenant(directory, known, rules, record.scan.startedAt, signal, true),
  );
  record.notExamined(loaded.notExamined, loaded.errors);
  const findings = new ScanFindings(scan, index, loaded);
  await judgeTenantRules(record, findings, loaded);
  await judgeApps(scan, findings, loaded);
  await findings.flush();
  if (record.examinedEverything)
    await trace.during('delete old rows', () => prune(context, organization.id, record.scan.startedAt));
}

async function judgeTenantRules(
  record: ScanRecord,
  findings: ScanFindings,
  { tenant, rules }: LoadedTenant,
): Promise<void> {
  const tenantRules = rules.filter((rule): rule is TenantRule => rule.on === 'tenant');
  if (tenantRules.length > 0) findings.index.markRead(tenant.id);
  await findings.found(judgeTenant(tenantRules, tenant));
  record.undetermined(undetermined(tenantRules, tenant));
}

/** Judges every app, and resolves the findings that a walk of the whole directory did not find again. */
async function judgeApps(scan: ScanUnderWay, findings: ScanFindings, { tenant }: LoadedTenant): Promise<void> {
  const { context, trace, record, onProgress, signal } = scan;
  const { directory } = context;
  findings.total = onProgress && (await countObjects(directory, signal));
  try {
    await trace.during('judge', () => walkDirectory(directory, tenant, findings, signal));
    await findings.confirm();
    await findings.flush();
    signal.throwIfAborted();
    if (record.examinedEverything) await trace.during('resolve findings', () => resolveFindings(scan, findings));
  } catch (error) {
    // An error of Graph makes the scan incomplete. Any other error (storage, lease, abort, defect) ends the scan.
    if (!isGraphError(error)) throw error;
    record.notExamined(
      findings.appRules.map((rule) => ({ ruleId: rule.id, reason: explain(error) })),
      [{ code: codeOf(error), message: explain(error) }],
    );
  }
}

/** Deletes resolved findings and scans that are older than the retention time; the audit trail stays. */
async function prune({ findings, scans, settings }: ScanContext, tenantId: string, now: string): Promise<void> {
  const before = new Date(Date.parse(now) - settings.retentionDays * 86_400_000).toISOString();
  await findings.prune(tenantId, before);
  await scans.prune(tenantId, before);
}

/** The number of objects, for the progress bar only; undefined if Graph does not return both counts. */
async function countObjects(directory: Directory, signal: AbortSignal): Promise<number | undefined> {
  const counts = await Promise.all([
    directory.count('servicePrincipals', signal),
    directory.count('applications', signal),
  ]);
  return counts[0] === undefined || counts[1] === undefined ? undefined : counts[0] + counts[1];
}
