import { codeOf, explain } from '../../model/errors.js';
import { judgeTenant, undetermined } from '../../model/finding/judge.js';
import type { AppRule, TenantRule } from '../../model/rule/rule.js';
import type { Organization } from '../../model/tenant/tenant.js';
import type { Directory } from '../ports/index.js';
import { isOfGraph } from '../remediation/propose.js';
import { FindingIndex } from './finding-index.js';
import { type LoadedTenant, loadTenant } from './load-tenant.js';
import { resolveUnmet } from './resolve-unmet.js';
import type { ScanContext, ScanUnderWay } from './scan-context.js';
import { ScanListener } from './scan-listener.js';
import type { ScanRecord } from './scan-record.js';
import { walkDirectory } from './walk-directory.js';

/**
 * The work of a scan between its lease and its end: judges the tenant and its apps, and stores what is found as it goes.
 * @param whose the tenant, or its id where nothing was asked of Graph yet
 * @throws ConsentinelError where the tenant itself could not be read, where storage did not answer, and on abort
 */
export async function examineTenant(scan: ScanUnderWay, whose: string | Organization): Promise<void> {
  const { context, trace, record, signal } = scan;
  const { directory, findings, rules } = context;
  const { firstParty } = context.settings;
  const organization = typeof whose === 'string' ? await directory.organization(signal) : whose;
  record.scan.tenantName = organization.displayName;
  const findingIndex = await FindingIndex.load(findings, organization.id);
  record.open(findings, findingIndex);
  const known = { ...organization, ...(firstParty && { firstParty }) };
  const loaded = await trace.during('load tenant', () =>
    loadTenant(directory, known, rules, record.scan.startedAt, signal, true),
  );
  record.notExamined(loaded.notExamined, loaded.errors);
  record.remedyWith({ directory, rules: loaded.rules, tenant: loaded.tenant, options: context.remedyOptions });
  await examineTenantItself(record, findingIndex, loaded);
  await examineApps(scan, findingIndex, loaded);
  await record.flush();
  if (record.sawEverything)
    await trace.during('delete old rows', () => prune(context, organization.id, record.scan.startedAt));
}

/** Asks the rules about the tenant. */
async function examineTenantItself(
  record: ScanRecord,
  findingIndex: FindingIndex,
  { tenant, rules }: LoadedTenant,
): Promise<void> {
  const tenantRules = rules.filter((rule): rule is TenantRule => rule.on === 'tenant');
  if (tenantRules.length > 0) findingIndex.see(tenant.id);
  await record.met(judgeTenant(tenantRules, tenant));
  record.undetermined(undetermined(tenantRules, tenant));
}

/** Asks the rules about each app, and resolves what a walk that saw everything did not meet any more. */
async function examineApps(scan: ScanUnderWay, findingIndex: FindingIndex, loaded: LoadedTenant): Promise<void> {
  const { context, trace, record, onProgress, signal } = scan;
  const { directory } = context;
  const appRules = loaded.rules.filter((rule): rule is AppRule => rule.on === 'app');
  const total = onProgress && (await countObjects(directory, signal));
  const listener = new ScanListener(scan, findingIndex, loaded, appRules, total);
  try {
    await trace.during('judge', () => walkDirectory(directory, appRules, loaded.tenant, listener, signal));
    await listener.confirm();
    await record.flush();
    signal.throwIfAborted();
    if (record.sawEverything)
      await trace.during('resolve findings', () => resolveUnmet(context, findingIndex, record, signal));
  } catch (error) {
    // What Graph refused is a fact about the scan. Anything else (storage, lease, abort, defect) ends it.
    if (!isOfGraph(error)) throw error;
    record.notExamined(
      listener.rules.map((rule) => ({ ruleId: rule.id, reason: explain(error) })),
      [{ code: codeOf(error), message: explain(error) }],
    );
  }
}

/** What is old goes when a scan is complete; the audit trail stays. */
async function prune({ findings, scans, settings }: ScanContext, tenantId: string, now: string): Promise<void> {
  const before = new Date(Date.parse(now) - settings.retentionDays * 86_400_000).toISOString();
  await findings.prune(tenantId, before);
  await scans.prune(tenantId, before);
}

/** For the progress bar alone: not knowing is no fault. */
async function countObjects(directory: Directory, signal: AbortSignal): Promise<number | undefined> {
  const counts = await Promise.all([
    directory.count('servicePrincipals', signal),
    directory.count('applications', signal),
  ]);
  return counts[0] === undefined || counts[1] === undefined ? undefined : counts[0] + counts[1];
}
