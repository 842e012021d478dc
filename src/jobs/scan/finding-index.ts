import { type Finding, fingerprint, type Observed } from '../../model/finding/finding.js';
import type { FindingStore } from '../ports/index.js';

/** As much of a stored finding as a scan must hold for every one of them: the rest stays in the table. */
export interface FindingIndexEntry {
  readonly id: string;
  readonly ruleId: string;
  readonly on: Finding['on'];
  readonly objectId: string;
  readonly status: Finding['status'];
  readonly appearedAt: string;
  readonly fingerprint: string;
  readonly suppressedUntil?: string;
  /** It has a plan, or the reason why there is none. */
  readonly hasRemedy: boolean;
  /** The violation was met in this scan. */
  met: boolean;
  /** The object was read in this scan. */
  seen: boolean;
  /** The rule could not tell in this scan whether the violation is still there. */
  undetermined: boolean;
}

/** What was known when the scan began. */
export class FindingIndex {
  readonly #byId = new Map<string, FindingIndexEntry>();
  readonly #byObject = new Map<string, FindingIndexEntry[]>();

  /** Reads every finding of a tenant. */
  static async load(store: FindingStore, tenantId: string): Promise<FindingIndex> {
    const findingIndex = new FindingIndex();
    for await (const { value } of store.findings(tenantId)) findingIndex.#add(entryOf(value));
    return findingIndex;
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

  /** An object was read. */
  see(objectId: string): void {
    for (const entry of this.#byObject.get(objectId) ?? []) entry.seen = true;
  }

  /** Whether anything is known of an object. */
  knows(objectId: string | undefined): boolean {
    return objectId !== undefined && this.#byObject.size > 0 && this.#byObject.has(objectId);
  }

  /** Nobody can tell whether these violations are still there. */
  doubt(ids: readonly string[]): void {
    for (const id of ids) {
      const entry = this.#byId.get(id);
      if (entry) entry.undetermined = true;
    }
  }

  /** A violation was met; returns what was known of it. */
  meet(id: string): FindingIndexEntry | undefined {
    const entry = this.#byId.get(id);
    if (entry) entry.met = true;
    return entry;
  }

  /**
   * Whether an observation could change what is stored; most cannot, and cost nothing.
   * @param remediable its rule has a remedy, so that it should have a plan
   */
  mayChange(observed: Observed, at: string, remediable: boolean): boolean {
    const entry = this.#byId.get(observed.id);
    if (!entry || entry.status === 'resolved' || entry.fingerprint !== fingerprint(observed)) return true;
    if (remediable && !entry.hasRemedy && entry.status === 'open') return true;
    return entry.suppressedUntil !== undefined && entry.suppressedUntil <= at;
  }
}

function entryOf(finding: Finding): FindingIndexEntry {
  const { id, ruleId, on, objectId, status, appearedAt, suppression } = finding;
  return {
    id,
    ruleId,
    on,
    objectId,
    status,
    appearedAt,
    fingerprint: fingerprint(finding),
    ...(suppression && { suppressedUntil: suppression.until }),
    hasRemedy: finding.remediation !== undefined || finding.manual !== undefined,
    met: false,
    seen: false,
    undetermined: false,
  };
}
