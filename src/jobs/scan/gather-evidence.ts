import { codeOf, explain } from '../../model/errors.js';
import { type Affected, notVisible } from '../../model/evidence/affected.js';
import type { AuditEntry, Change } from '../../model/evidence/change.js';
import { changeOf } from '../../model/evidence/change.js';
import type { Failing } from '../../model/evidence/failing.js';
import { type AppEvidence, tenantEvidence } from '../../model/finding/app-evidence.js';
import { auditLogPermission } from '../../model/rule/permissions.js';
import type { Rule } from '../../model/rule/rule.js';
import type { TenantParts } from '../../model/tenant/tenant.js';
import { canonicalJson } from '../../model/text/canonical-json.js';
import type { Dependents, EvidenceStore } from '../ports/index.js';
import { isGraphError } from '../tenant/graph-error.js';
import type { LoadedTenant } from '../tenant/load-tenant.js';
import { affectedOf } from './affected-of.js';
import type { NotedFinding } from './apps-with-findings.js';
import { changeSourceOf } from './change-source.js';
import type { ScanUnderWay } from './scan-context.js';
import type { ScanFindings } from './scan-findings.js';

/**
 * The objects whose audit log one scan reads at most; the next scan reads that of others. Graph answers 5 requests for
 * log reports in 10 seconds, so these take 20 seconds.
 */
export const maxAuditedObjects = 10;

/** Microsoft Entra keeps the audit log for 30 days with a P1 license, and for 7 days without. */
const auditDays = 30;
/** The lists of an app change seldom: an unchanged tenant needs no requests for them in most nights. */
export const refreshDays = 7;
const day = 86_400_000;

/**
 * Gathers what depends on the apps with findings, their failing sign-ins and who made the change, and stores what differs
 * from the evidence of the last scan. It is no condition of a complete scan: what Graph does not return is a note.
 * @throws ConsentinelError if storage could not be reached, and on abort
 */
export async function gatherEvidence(
  scan: ScanUnderWay,
  findings: ScanFindings,
  { tenant, rules }: LoadedTenant,
): Promise<void> {
  const { evidence: store } = scan.context;
  if (!store) return;
  const known = new Map(await store.all(tenant.id));
  const gathering: Gathering = { scan, findings, rules, parts: tenant as Partial<TenantParts>, known };
  noteMissing(gathering);
  const apps = [...findings.apps.entries()];
  const unread = apps.filter(([appId, noted]) => isDue(gathering, appId, noted)).map(([appId]) => appId);
  const dependents = await readDependents(store, gathering, unread);
  const entries = await unlessUnreadable(gathering, () => auditEntries(gathering, apps));
  const gathered = apps.map(([appId, noted]) => evidenceFor(gathering, appId, noted, { dependents, entries }));
  // Without the log, nothing is known about the tenant's findings: then there is no row for them.
  const onTenant = evidenceFor(gathering, tenantEvidence, findings.apps.onTenant, { dependents: undefined, entries });
  if (Object.keys(onTenant.changes).length > 0) gathered.push(onTenant);
  await storeChanges(store, gathering, gathered);
}

/** A scan that is killed reads what depends on so many apps again, or on so many parts of them. */
const step = { apps: 20, parts: 8 };

/** What depends on the apps. A scan with checkpoints stores it step by step: each app takes five requests, in batches. */
async function readDependents(
  store: EvidenceStore,
  gathering: Gathering,
  appIds: readonly string[],
): Promise<ReadonlyMap<string, Dependents>> {
  const { scan, findings, known } = gathering;
  const noted = new Map(findings.apps.entries());
  const size = scan.checkpoint?.records ? Math.max(step.apps, Math.ceil(appIds.length / step.parts)) : appIds.length;
  const all = new Map<string, Dependents>();
  for (let at = 0; at < appIds.length; at += size) {
    const some = appIds.slice(at, at + size);
    const dependents = await unlessUnreadable(gathering, () => scan.context.directory.dependentsOf(some, scan.signal));
    if (!dependents) break;
    for (const [appId, read] of dependents) all.set(appId, read);
    if (at + size >= appIds.length) break;
    const gathered = some.map((appId) =>
      evidenceFor(gathering, appId, noted.get(appId) ?? [], { dependents, entries: undefined }),
    );
    await store.write(scan.record.scan.tenantId, gathered, []);
    for (const evidence of gathered) known.set(evidence.appId, evidence);
  }
  return all;
}

/** Whether the lists of an app are read: for a new finding, and after some days. */
function isDue({ scan, known }: Gathering, appId: string, noted: readonly NotedFinding[]): boolean {
  const { affected, findingIds = [] } = known.get(appId) ?? {};
  if (!affected || noted.some(({ id }) => !findingIds.includes(id))) return true;
  return Date.parse(scan.record.scan.startedAt) - Date.parse(affected.readAt) >= refreshDays * day;
}

interface Gathering {
  readonly scan: ScanUnderWay;
  readonly findings: ScanFindings;
  readonly rules: readonly Rule[];
  /** The parts of the tenant that were read. */
  readonly parts: Partial<TenantParts>;
  /** What is stored. */
  readonly known: Map<string, AppEvidence>;
}

/** What was read; undefined where Graph could not be read. */
interface Reads {
  readonly dependents: ReadonlyMap<string, Dependents> | undefined;
  readonly entries: ReadonlyMap<string, readonly AuditEntry[]> | undefined;
}

/** Runs a read of Graph. A failure is a note of the scan, because evidence is no condition of a finding. */
async function unlessUnreadable<T>({ scan }: Gathering, read: () => Promise<T>): Promise<T | undefined> {
  const { record, deadline } = scan;
  try {
    return deadline.hasPassed ? undefined : await read();
  } catch (error) {
    if (!isGraphError(error) && !deadline.caused(error)) throw error;
    record.note(`Evidence about the affected apps could not be read (${codeOf(error)}). ${explain(error)}`);
    return undefined;
  }
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

/** The audit log of the policies and objects whose findings have no known change. It is read once for each finding. */
async function auditEntries(
  { scan, rules, known, findings }: Gathering,
  apps: Iterable<readonly [string, readonly NotedFinding[]]>,
): Promise<ReadonlyMap<string, readonly AuditEntry[]>> {
  const { context, record, signal } = scan;
  const wants = rules.some(({ select }) => select.tenant?.includes('signInFailures'));
  const roles = wants ? await context.directory.roles(signal) : [];
  if (!wants || (roles && !roles.includes(auditLogPermission))) return new Map();
  const wanted = { activity: new Set<string>(), object: new Set<string>() };
  // A policy of the tenant affects every user, so its entries are read first.
  for (const [appId, noted] of [[tenantEvidence, findings.apps.onTenant] as const, ...apps])
    for (const finding of noted) {
      const isKnown = known.get(appId)?.changes[finding.id] !== undefined;
      const source = isKnown ? undefined : changeSourceOf(finding, rules);
      if (source) wanted[source.of].add(source.name);
    }
  const since = new Date(Date.parse(record.scan.startedAt) - auditDays * day).toISOString();
  const activities = [...wanted.activity].slice(0, maxAuditedObjects);
  const objects = [...wanted.object].slice(0, maxAuditedObjects - activities.length);
  const byActivity = await context.directory.auditEntriesOf(activities, since, signal);
  return new Map([...byActivity, ...(await context.directory.auditEntriesOn(objects, since, signal))]);
}

function evidenceFor(
  gathering: Gathering,
  appId: string,
  noted: readonly NotedFinding[],
  { dependents, entries }: Reads,
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
  entries: Reads['entries'],
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
