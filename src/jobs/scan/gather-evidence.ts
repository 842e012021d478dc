import { type Affected, notVisible } from '../../model/evidence/affected.js';
import type { Change } from '../../model/evidence/change.js';
import { changeOf } from '../../model/evidence/change.js';
import type { Failing } from '../../model/evidence/failing.js';
import { type AppEvidence, tenantEvidence } from '../../model/finding/app-evidence.js';
import type { Rule } from '../../model/rule/rule.js';
import type { TenantParts } from '../../model/tenant/tenant.js';
import { canonicalJson } from '../../model/text/canonical-json.js';
import type { EvidenceStore } from '../ports/index.js';
import type { LoadedTenant } from '../tenant/load-tenant.js';
import { affectedOf } from './affected-of.js';
import type { NotedFinding } from './apps-with-findings.js';
import { changeSourceOf } from './change-source.js';
import type { EvidenceReads, ReadEvidence } from './evidence-reads.js';
import type { ScanUnderWay } from './scan-context.js';
import type { ScanFindings } from './scan-findings.js';

/**
 * Gathers what depends on the apps with findings, their failing sign-ins and who made the change, and stores what differs
 * from the evidence of the last scan. It is no condition of a complete scan: what Graph does not return is a note.
 * @throws ConsentinelError if storage could not be reached, and on abort
 */
export async function gatherEvidence(
  scan: ScanUnderWay,
  findings: ScanFindings,
  { tenant, rules }: LoadedTenant,
  reads: EvidenceReads | undefined,
): Promise<void> {
  const { evidence: store } = scan.context;
  if (!store || !reads) return;
  const known = await reads.known();
  const gathering: Gathering = { scan, findings, rules, parts: tenant as Partial<TenantParts>, known };
  noteMissing(gathering);
  const apps = [...findings.apps.entries()];
  const { dependents, entries } = await reads.finish();
  const gathered = apps.map(([appId, noted]) => evidenceFor(gathering, appId, noted, { dependents, entries }));
  // Without the log, nothing is known about the tenant's findings: then there is no row for them.
  const onTenant = evidenceFor(gathering, tenantEvidence, findings.apps.onTenant, { dependents: undefined, entries });
  if (Object.keys(onTenant.changes).length > 0) gathered.push(onTenant);
  await storeChanges(store, gathering, gathered);
}

interface Gathering {
  readonly scan: ScanUnderWay;
  readonly findings: ScanFindings;
  readonly rules: readonly Rule[];
  /** The parts of the tenant that were read. */
  readonly parts: Partial<TenantParts>;
  /** What earlier scans stored. */
  readonly known: ReadonlyMap<string, AppEvidence>;
}

/** The notes about evidence that the scan lacks. */
function noteMissing({ scan: { record }, findings, parts: { signInFailures } }: Gathering): void {
  const unread = record.scan.notExamined.find(({ ruleId }) => ruleId === findings.signInRule);
  if (unread)
    record.note(
      `No sign-in evidence: findings show no failing sign-ins, and ${findings.signInRule} is undetermined. ${unread.reason}`,
    );
  if (signInFailures && !findings.codes.every((code) => signInFailures.isComplete(code)))
    record.note(
      'The log has more failed sign-ins than one scan reads, so the numbers of failing sign-ins are minimums.',
    );
  if (findings.apps.leftOut)
    record.note('The scan gathered evidence for the apps with failing sign-ins and the most severe findings only.');
}

function evidenceFor(
  gathering: Gathering,
  appId: string,
  noted: readonly NotedFinding[],
  { dependents, entries }: ReadEvidence,
): AppEvidence {
  const { scan, parts, rules, known, findings } = gathering;
  const before = known.get(appId);
  const failing: Record<string, Failing> = {};
  const changes: Record<string, Change | null> = {};
  for (const finding of noted) {
    const codes = rules.find(({ id }) => id === finding.ruleId)?.codes ?? [];
    const failed = parts.signInFailures?.of(appId, codes);
    if (failed) failing[finding.id] = failed;
    const stored = before?.changes[finding.id];
    // Null says that the log has no such entry: it is not read again.
    const change = stored === undefined ? foundChange(finding, rules, entries) : stored;
    if (change !== undefined) changes[finding.id] = change;
  }
  const unjudged = (before?.findingIds ?? []).filter((id) => findings.isUnjudged(id));
  for (const id of unjudged) if (before?.changes[id] !== undefined) changes[id] = before.changes[id];
  const read = dependents?.get(appId);
  const signIns = parts.signInFailures?.of(appId, findings.codes);
  const affected = read ? affectedOf(read, parts, signIns, scan.record.scan.startedAt) : before?.affected;
  return {
    appId,
    findingIds: [...noted.map(({ id }) => id), ...unjudged].sort(),
    failing,
    changes,
    ...(affected && { affected: withSignIns(affected, parts, signIns) }),
  };
}

function foundChange(
  finding: NotedFinding,
  rules: readonly Rule[],
  entries: ReadEvidence['entries'],
): Change | null | undefined {
  const source = changeSourceOf(finding, rules);
  const read = source && entries?.get(source.name);
  return source && read ? (changeOf(read, source.subject) ?? null) : undefined;
}

/** Evidence of an earlier scan says nothing about the sign-ins of the last day. */
function withSignIns(
  affected: Affected,
  { signInFailures }: Partial<TenantParts>,
  failed: Failing | undefined,
): Affected {
  const seen = failed ?? (signInFailures ? 'none seen' : notVisible);
  return { ...affected, signIns: { ...affected.signIns, interactiveFailures: seen } };
}

/** Writes what differs. The evidence of an app that this scan did not judge stays while a finding on it is open. */
async function storeChanges(
  store: EvidenceStore,
  gathering: Gathering,
  gathered: readonly AppEvidence[],
): Promise<void> {
  const { known, findings, scan } = gathering;
  const present = new Set(gathered.map(({ appId }) => appId));
  const others = [...known.values()].filter(({ appId }) => !present.has(appId));
  const [kept, removed] = [true, false].map((isKept) =>
    others.filter(({ findingIds }) => findingIds.some((id) => findings.isUnjudged(id)) === isKept),
  );
  const changed = [...gathered, ...(kept ?? []).map((one) => withoutSignIns(one, gathering))].filter((one) => {
    const before = known.get(one.appId);
    return !before || canonicalJson(before) !== canonicalJson(one);
  });
  const removedIds = (removed ?? []).map(({ appId }) => appId);
  if (changed.length + removedIds.length > 0) await store.write(scan.record.scan.tenantId, changed, removedIds);
}

function withoutSignIns({ affected, ...evidence }: AppEvidence, { parts }: Gathering): AppEvidence {
  return { ...evidence, failing: {}, ...(affected && { affected: withSignIns(affected, parts, undefined) }) };
}
