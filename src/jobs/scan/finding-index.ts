import { type Finding, fingerprint, type Observed } from '../../model/finding/finding.js';
import { needsNewPlan } from '../../model/remediation/needs-new-plan.js';
import type { DamagedFinding, FindingStore, Stored } from '../ports/index.js';

/** The part of a stored finding that a scan keeps in memory for each finding; the rest stays in the table. */
export interface FindingIndexEntry {
  readonly id: string;
  readonly ruleId: string;
  readonly on: Finding['on'];
  readonly objectId: string;
  readonly status: Finding['status'];
  readonly severity: Finding['severity'];
  readonly appearedAt: string;
  readonly fingerprint: string;
  readonly suppressedUntil?: string;
  /** Whether it has a plan, or the reason why there is none. */
  readonly hasRemedy: boolean;
  /** Whether its plan must not be used: it was altered, is of an earlier version, or has an approval without a signature. */
  readonly needsNewPlan: boolean;
  /** Whether this scan found the violation. */
  found: boolean;
  /** Whether this scan read the object: then it exists. */
  objectRead: boolean;
  /** Whether this scan judged the object by the rule. */
  judged: boolean;
  /** Whether the rule could not determine in this scan if the violation still exists. */
  undetermined: boolean;
}

/** A key that a remediation removed, and when its attempt began. */
export interface RemovedKey extends Pick<Finding, 'id' | 'ruleId' | 'objectId' | 'appId' | 'key'> {
  /** ISO 8601 UTC. */
  readonly startedAt: string;
}

/** The findings that were stored when the scan began. */
export class FindingIndex {
  readonly #byId = new Map<string, FindingIndexEntry>();
  readonly #byObject = new Map<string, FindingIndexEntry[]>();

  /** The findings with stored times that were rejected. */
  readonly toRepair: Stored<Finding>[] = [];
  /** The keys that remediations removed, as long as their findings are stored. */
  readonly removedKeys: RemovedKey[] = [];
  /** Findings with a damaged row, by id: the scan leaves their rows as they are. */
  readonly damaged = new Map<string, DamagedFinding>();

  /** Reads every finding of a tenant. */
  static async load(store: FindingStore, tenantId: string): Promise<FindingIndex> {
    const index = new FindingIndex();
    const onDamaged = (finding: DamagedFinding) => void index.damaged.set(finding.id, finding);
    for await (const stored of store.findings(tenantId, { onDamaged })) {
      index.#add(entryOf(stored.value));
      if (stored.rejected) index.toRepair.push(stored);
      const removed = removedKeyOf(stored.value);
      if (removed) index.removedKeys.push(removed);
    }
    return index;
  }

  /** An index of some findings only. */
  static of(findings: Iterable<Finding>): FindingIndex {
    const index = new FindingIndex();
    for (const finding of findings) index.#add(entryOf(finding));
    return index;
  }

  /** Whether no finding was stored, damaged ones included. */
  get isEmpty(): boolean {
    return this.#byId.size === 0 && this.damaged.size === 0;
  }

  #add(entry: FindingIndexEntry): void {
    this.#byId.set(entry.id, entry);
    const others = this.#byObject.get(entry.objectId);
    if (others) others.push(entry);
    else this.#byObject.set(entry.objectId, [entry]);
  }

  entries(): Iterable<FindingIndexEntry> {
    return this.#byId.values();
  }

  /** Notes that the scan read an object. */
  markRead(objectId: string): void {
    for (const entry of this.#byObject.get(objectId) ?? []) entry.objectRead = true;
  }

  /** Notes that the scan judged an object by these rules. */
  markJudged(objectId: string, ruleIds: ReadonlySet<string>): void {
    for (const entry of this.#byObject.get(objectId) ?? []) if (ruleIds.has(entry.ruleId)) entry.judged = true;
  }

  /** Discards what the scan found on an object: it is judged again. */
  discard(objectId: string): void {
    for (const entry of this.#byObject.get(objectId) ?? []) {
      entry.found = false;
      entry.judged = false;
      entry.undetermined = false;
    }
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Whether a stored finding was not resolved when the scan began, and the scan has not found it. */
  isOpenAndNotFound(id: string): boolean {
    const entry = this.#byId.get(id);
    return entry !== undefined && entry.status !== 'resolved' && !entry.found;
  }

  /** Notes that the scan found a violation; returns its entry if the finding was stored before. */
  markFound(id: string): FindingIndexEntry | undefined {
    const entry = this.#byId.get(id);
    if (entry) entry.found = true;
    return entry;
  }

  /** Notes that the rules could not determine whether these violations still exist. */
  markUndetermined(ids: readonly string[]): void {
    for (const id of ids) {
      const entry = this.#byId.get(id);
      if (entry) entry.undetermined = true;
    }
  }

  /** Whether findings on an object are stored. */
  hasFindingsOn(objectId: string | undefined): boolean {
    return objectId !== undefined && this.#byObject.size > 0 && this.#byObject.has(objectId);
  }

  /** The findings on an object that were not resolved when the scan began. */
  unresolvedOn(objectId: string): readonly FindingIndexEntry[] {
    return (this.#byObject.get(objectId) ?? []).filter(({ status }) => status !== 'resolved');
  }

  /**
   * Whether an observation may change what is stored. Most cannot, and a scan does not read their rows.
   * @param at when the scan began
   * @param remediable the rule of the finding has a remedy, so the finding should have a plan
   */
  mayChange(observed: Observed, at: string, remediable: boolean): boolean {
    if (this.damaged.has(observed.id)) return false;
    const entry = this.#byId.get(observed.id);
    if (!entry || entry.status === 'resolved' || entry.fingerprint !== fingerprint(observed)) return true;
    if (remediable && ((!entry.hasRemedy && entry.status === 'open') || entry.needsNewPlan)) return true;
    return entry.suppressedUntil !== undefined && entry.suppressedUntil <= at;
  }
}

function removedKeyOf({ id, ruleId, objectId, appId, key, remediation }: Finding): RemovedKey | undefined {
  const { status, attempt } = remediation ?? {};
  if (status !== 'applied' || !attempt?.keyIds) return undefined;
  return { id, ruleId, objectId, appId, key, startedAt: attempt.startedAt };
}

function entryOf(finding: Finding): FindingIndexEntry {
  const { id, ruleId, on, objectId, status, severity, appearedAt, suppression } = finding;
  return {
    id,
    ruleId,
    on,
    objectId,
    status,
    severity,
    appearedAt,
    fingerprint: fingerprint(finding),
    ...(suppression && { suppressedUntil: suppression.until }),
    hasRemedy: finding.remediation !== undefined || (finding.manual !== undefined && !finding.manual.undetermined),
    needsNewPlan: finding.remediation !== undefined && needsNewPlan(finding.remediation),
    found: false,
    objectRead: false,
    judged: false,
    undetermined: false,
  };
}
