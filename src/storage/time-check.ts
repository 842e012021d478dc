import type { FindingChange, Stored } from '../jobs/ports/index.js';
import { auditEvent } from '../model/finding/audit.js';
import type { Finding } from '../model/finding/finding.js';
import { checkStoredTimes, type RejectedTime, repairSummary } from '../model/finding/stored-times.js';

/**
 * Rejects impossible times when a finding is read, and explains their repair when it is written: whoever writes the
 * finding next replaces them in the row.
 */
export class TimeCheck {
  /** By version of the row; few findings ever have an entry. */
  readonly #rejected = new Map<string, readonly RejectedTime[]>();

  /** @param now ISO 8601 UTC */
  constructor(private readonly now: () => string) {}

  checked({ value, etag }: Stored<Finding>): Stored<Finding> {
    const { finding, rejected } = checkStoredTimes(value, this.now());
    if (rejected.length === 0) return { value, etag };
    this.#rejected.set(versionOf(value.id, etag), rejected);
    return { value: finding, etag, rejected };
  }

  /** Adds the event `repaired` to the changes that replace a row with rejected times. */
  explained(changes: readonly FindingChange[]): readonly FindingChange[] {
    return this.#rejected.size === 0 ? changes : changes.map((change) => this.#explain(change));
  }

  #explain(change: FindingChange): FindingChange {
    const { finding, etag, events } = change;
    const rejected = etag === undefined ? undefined : this.#rejected.get(versionOf(finding.id, etag));
    const [first] = events;
    if (!rejected || !first || events.some(({ type }) => type === 'repaired')) return change;
    const { at, author } = first;
    const repaired = auditEvent(finding, { at, author, type: 'repaired', ...repairOf(rejected) });
    return { ...change, events: [repaired, ...events] };
  }
}

function versionOf(id: string, etag: string): string {
  return `${id} ${etag}`;
}

function repairOf(rejected: readonly RejectedTime[]) {
  return { summary: repairSummary(rejected), detail: { rejected } };
}
