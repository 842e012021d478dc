import { codeOf, explain } from '../../model/errors.js';
import type { AuditEntry } from '../../model/evidence/change.js';
import { type AppEvidence, tenantEvidence } from '../../model/finding/app-evidence.js';
import { auditLogPermission } from '../../model/rule/permissions.js';
import type { Rule } from '../../model/rule/rule.js';
import type { Dependents, EvidenceStore } from '../ports/index.js';
import { isGraphError } from '../tenant/graph-error.js';
import type { NotedFinding } from './apps-with-findings.js';
import { changeSourceOf } from './change-source.js';
import type { ScanUnderWay } from './scan-context.js';
import type { ScanFindings } from './scan-findings.js';

/**
 * The objects whose audit log one scan reads at most; the next scan reads that of others. Graph answers 5 requests for
 * log reports in 10 seconds, so these take 20 seconds.
 */
export const maxAuditedObjects = 10;
/** The lists of an app change seldom: an unchanged tenant needs no requests for them in most nights. */
export const refreshDays = 7;
/** Microsoft Entra keeps the audit log for 30 days with a P1 license, and for 7 days without. */
const auditDays = 30;
/** What depends on an app is five requests, and a batch has twenty. */
const appsPerBatch = 4;
const day = 86_400_000;

type Apps = readonly (readonly [appId: string, findings: readonly NotedFinding[]])[];
/** What was read; undefined where Graph could not be read. */
export interface ReadEvidence {
  readonly dependents: ReadonlyMap<string, Dependents> | undefined;
  readonly entries: ReadonlyMap<string, readonly AuditEntry[]> | undefined;
}
type Known = ReadonlyMap<string, AppEvidence>;

/**
 * The reads of Graph for the evidence about the apps with findings. They are no condition of a complete scan: what Graph
 * does not return is a note. Those that fill whole batches begin while the scan still lists, judges and stores findings: a read
 * of the audit log takes twelve seconds, because Graph throttles it.
 */
export class EvidenceReads {
  #known: Promise<Known> | undefined;
  /** What `known` resolved to. */
  #loaded: Known | undefined;
  /** The apps whose dependents are read or being read. */
  readonly #begun = new Set<string>();
  readonly #dependents: Promise<ReadEvidence['dependents']>[] = [];
  #entries: Promise<ReadEvidence['entries']> | undefined;

  /** @param rules those whose parts of the tenant could be read */
  constructor(
    private readonly scan: ScanUnderWay,
    private readonly store: EvidenceStore,
    private readonly findings: ScanFindings,
    private readonly rules: readonly Rule[],
  ) {}

  /** What earlier scans stored. @throws ConsentinelError of storage */
  known(): Promise<Known> {
    this.#known ??= this.store.all(this.scan.record.scan.tenantId).then((known) => {
      this.#loaded = known;
      return known;
    });
    // `finish` gets a failure.
    this.#known.catch(() => undefined);
    return this.#known;
  }

  /** Begins to read the audit log, if the walk has found as many important apps as one scan reads it for. */
  onPage(): void {
    if (this.#entries) return;
    if (!this.#loaded) return void this.known();
    this.#beginLog(this.#loaded, [...this.findings.apps.entries('high')]);
  }

  /** Begins to read what the findings so far need, in whole batches: more findings follow. */
  onWalked(): void {
    this.#begin((count) => count - (count % appsPerBatch));
  }

  /** Begins to read what the findings need, before they are stored. */
  onConfirmed(): void {
    this.#begin((count) => count);
  }

  /** Reads the rest. @throws ConsentinelError of storage, and on abort */
  async finish(): Promise<ReadEvidence> {
    const known = await this.known();
    const apps = [...this.findings.apps.entries()];
    const readAll = async () => {
      this.#beginDependents(this.#due(apps, known));
      const read = await Promise.all(this.#dependents);
      return read.every((some) => some !== undefined) ? new Map(read.flatMap((some) => [...some])) : undefined;
    };
    const entries = this.#entries ?? this.#readLog(this.#audited(apps, known));
    const read = await Promise.all([readAll(), entries]);
    return { dependents: read[0], entries: read[1] };
  }

  /** @param most how many of the apps that are due */
  #begin(most: (count: number) => number): void {
    const begun = this.known().then((known) => {
      const apps = [...this.findings.apps.entries()];
      if (!this.#entries) this.#beginLog(known, apps);
      const due = this.#due(apps, known).filter((appId) => !this.#begun.has(appId));
      this.#beginDependents(due.slice(0, most(due.length)));
    });
    // `finish` gets a failure.
    begun.catch(() => undefined);
  }

  #beginDependents(appIds: readonly string[]): void {
    const unread = appIds.filter((appId) => !this.#begun.has(appId));
    if (unread.length === 0) return;
    for (const appId of unread) this.#begun.add(appId);
    const read = this.#readDependents(unread);
    // `finish` gets a failure.
    read.catch(() => undefined);
    this.#dependents.push(read);
  }

  #beginLog(known: Known, apps: Apps): void {
    const audited = this.#audited(apps, known);
    if (audited.activities.length + audited.objects.length < maxAuditedObjects) return;
    this.#entries = this.#readLog(audited);
    this.#entries.catch(() => undefined);
  }

  #readDependents(appIds: readonly string[]): Promise<ReadEvidence['dependents']> {
    return this.#unlessUnreadable(() => this.scan.context.directory.dependentsOf(appIds, this.scan.signal));
  }

  #readLog({ activities, objects }: Audited): Promise<ReadEvidence['entries']> {
    const { record, signal, context } = this.scan;
    const since = new Date(Date.parse(record.scan.startedAt) - auditDays * day).toISOString();
    return this.#unlessUnreadable(async () => {
      if (!(await this.#mayReadLog())) return new Map();
      const read = await Promise.all([
        context.directory.auditEntriesOf(activities, since, signal),
        context.directory.auditEntriesOn(objects, since, signal),
      ]);
      return new Map(read.flatMap((some) => [...some]));
    });
  }

  /** Runs a read of Graph. A failure is a note of the scan, because evidence is no condition of a finding. */
  async #unlessUnreadable<T>(read: () => Promise<T>): Promise<T | undefined> {
    const { record, deadline } = this.scan;
    try {
      return deadline.hasPassed ? undefined : await read();
    } catch (error) {
      if (!isGraphError(error) && !deadline.caused(error)) throw error;
      record.note(`Evidence about the affected apps could not be read (${codeOf(error)}). ${explain(error)}`);
      return undefined;
    }
  }

  /** The apps whose lists are read: those with a new finding, and the others after some days. */
  #due(apps: Apps, known: Known): string[] {
    const isDue = ([appId, noted]: Apps[number]) => {
      const { affected, findingIds = [] } = known.get(appId) ?? {};
      if (!affected || noted.some(({ id }) => !findingIds.includes(id))) return true;
      return Date.parse(this.scan.record.scan.startedAt) - Date.parse(affected.readAt) >= refreshDays * day;
    };
    return apps.filter(isDue).map(([appId]) => appId);
  }

  /** The policies and objects whose findings have no known change. The log is read once for each finding. */
  #audited(apps: Apps, known: Known): Audited {
    const wanted = { activity: new Set<string>(), object: new Set<string>() };
    // A policy of the tenant affects every user, so its entries are read first.
    for (const [appId, noted] of [[tenantEvidence, this.findings.apps.onTenant] as const, ...apps])
      for (const finding of noted) {
        const isKnown = known.get(appId)?.changes[finding.id] !== undefined;
        const source = isKnown ? undefined : changeSourceOf(finding, this.rules);
        if (source) wanted[source.of].add(source.name);
      }
    const activities = [...wanted.activity].slice(0, maxAuditedObjects);
    return { activities, objects: [...wanted.object].slice(0, maxAuditedObjects - activities.length) };
  }

  async #mayReadLog(): Promise<boolean> {
    if (!this.rules.some(({ select }) => select.tenant?.includes('signInFailures'))) return false;
    const roles = await this.scan.context.directory.roles(this.scan.signal);
    return !roles || roles.includes(auditLogPermission);
  }
}

/** What is read of the audit log. */
interface Audited {
  readonly activities: readonly string[];
  readonly objects: readonly string[];
}
