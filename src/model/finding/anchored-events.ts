import { minuteOf } from '../text/format.js';
import { type AuditAnchor, isIntactAnchor, noAnchor } from './audit-anchor.js';

/** What anchors say about one chain: at these times, its event of this number had this hash. */
interface AnchoredEvent {
  readonly sequence: number;
  readonly hash: string;
  /** The first and the last anchor that say so. */
  readonly from: string;
  until: string;
}

/** The range of the anchors that were read. */
export interface AnchorRange {
  readonly count: number;
  readonly from: string;
  readonly until: string;
  /** The hash of the newest anchor. */
  readonly newest: string;
}

/**
 * What all anchors of a tenant say, in memory that grows with the number of different states of the chains, and not with
 * the number of events.
 */
export class AnchoredEvents {
  readonly #byRule = new Map<string, AnchoredEvent[]>();
  readonly #faults: string[] = [];
  #range: AnchorRange | undefined;

  constructor(private readonly tenantId: string) {}

  /** Adds the next anchor, the oldest first. */
  add(anchor: AuditAnchor): void {
    const { at, previous, hash } = anchor;
    const newest = this.#range?.newest;
    if (anchor.tenantId !== this.tenantId) this.fault(`The anchor of ${minuteOf(at)} belongs to another tenant.`);
    else if (!isIntactAnchor(anchor))
      this.fault(`The anchor of ${minuteOf(at)} was changed: it does not match its hash.`);
    else {
      if (previous !== (newest ?? noAnchor)) this.fault(gap(this.#range, at));
      this.#range = { count: (this.#range?.count ?? 0) + 1, from: this.#range?.from ?? at, until: at, newest: hash };
      for (const { ruleId, events, head } of anchor.chains) this.#addEvent(ruleId, events, head, at);
    }
  }

  /** Adds a fault of the anchors themselves. */
  fault(summary: string): void {
    this.#faults.push(summary);
  }

  /** Undefined without an anchor. */
  get range(): AnchorRange | undefined {
    return this.#range;
  }

  get faults(): readonly string[] {
    return this.#faults;
  }

  get ruleIds(): readonly string[] {
    return [...this.#byRule.keys()];
  }

  /**
   * Compares a chain with every anchor.
   * @param hashAt the hash of the event with a number; undefined if there is none
   * @returns a sentence about the missing or replaced events, and since when; undefined if the chain fits every anchor
   */
  differenceOf(ruleId: string, hashAt: (sequence: number) => string | undefined): string | undefined {
    const anchored = this.#byRule.get(ruleId) ?? [];
    const fits = anchored.map(({ sequence, hash }) => hashAt(sequence) === hash);
    const first = fits.indexOf(false);
    if (first < 0) return undefined;
    const last = fits.lastIndexOf(false);
    const lost = anchored[last];
    const kept = anchored.slice(0, first).reduce((most, { sequence }) => Math.max(most, sequence), 0);
    const until = anchored.slice(first, last + 1).reduce((most, { sequence }) => Math.max(most, sequence), 0);
    const after = anchored[last + 1]?.from;
    const events = until - kept > 1 ? `Events ${kept + 1} to ${until} are` : `Event ${until} is`;
    const time = after
      ? `between ${minuteOf(lost?.until ?? '')} and ${minuteOf(after)}`
      : `after ${minuteOf(lost?.until ?? '')}`;
    return `${events} missing or replaced. The anchor of ${minuteOf(lost?.until ?? '')} has event ${lost?.sequence} with the hash ${lost?.hash}. The change happened ${time}.`;
  }

  #addEvent(ruleId: string, sequence: number, hash: string, at: string): void {
    const events = this.#byRule.get(ruleId) ?? [];
    const last = events.at(-1);
    if (last?.sequence === sequence && last.hash === hash) last.until = at;
    else events.push({ sequence, hash, from: at, until: at });
    this.#byRule.set(ruleId, events);
  }
}

function gap(range: AnchorRange | undefined, at: string): string {
  return range
    ? `Anchors are missing, were inserted or changed between ${minuteOf(range.until)} and ${minuteOf(at)}.`
    : `The anchors before ${minuteOf(at)} are missing.`;
}
