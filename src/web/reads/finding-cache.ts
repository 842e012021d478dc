import type { Clock, FindingStore } from '../../jobs/ports/index.js';
import { type Finding, viewStatuses } from '../../model/finding/finding.js';
import type { FindingSummary } from '../../model/finding/finding-summary.js';
import { severities } from '../../model/rule/violation.js';

/** Every finding of a tenant in brief, the most severe first, and when it was read. */
export interface Reading {
  readonly at: string;
  readonly summaries: readonly FindingSummary[];
}

/** A reading serves for so many times as long as it took, so that reading takes a tenth of the time at most. */
const servesTimes = 10;
const servesAtMost = 60_000;
/** Nobody waits for a reading that takes longer than this, where there is one of the last minutes to show meanwhile. */
const longMilliseconds = 1000;
const meanwhileMilliseconds = 600_000;

interface Kept {
  readonly tenantId: string;
  readonly reading: Reading;
  readonly goodUntil: number;
  readonly tookLong: boolean;
}

/**
 * The findings in brief, read in one pass and shared by the requests of a short while. A small tenant is read anew
 * within a second, so a page shows what is; one with 100,000 findings is not read for every click, and a page says of
 * when it is. Some 400 bytes are held for each finding, and no plan, evidence or message.
 */
export class FindingsReading {
  #kept: Kept | undefined;
  #underWay: Promise<Reading> | undefined;
  #changes = 0;

  constructor(
    private readonly findings: Pick<FindingStore, 'summaries'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** The reading at hand, or a new one; requests that come together wait for the same. */
  async read(tenantId: string): Promise<Reading> {
    const now = Date.parse(this.clock.now());
    const kept = this.#kept?.tenantId === tenantId ? this.#kept : undefined;
    if (kept && now < kept.goodUntil) return kept.reading;
    this.#underWay ??= this.#readAnew(tenantId).finally(() => {
      this.#underWay = undefined;
    });
    if (!kept?.tookLong || now > Date.parse(kept.reading.at) + meanwhileMilliseconds) return this.#underWay;
    // Whoever comes next hears of a failure; this one has something to look at.
    this.#underWay.catch(() => {});
    return kept.reading;
  }

  /** Somebody has decided here: their next page must show it, whatever was read before. */
  remember(finding: Finding): void {
    this.#changes += 1;
    if (!this.#kept) return;
    const { reading } = this.#kept;
    const summaries = reading.summaries.map((one) => (one.id === finding.id ? summaryOf(finding) : one));
    this.#kept = { ...this.#kept, reading: { ...reading, summaries } };
  }

  async #readAnew(tenantId: string): Promise<Reading> {
    const at = this.clock.now();
    const changes = this.#changes;
    const summaries = (await this.findings.summaries(tenantId)).sort(mostSevereFirst);
    const reading = { at, summaries };
    const end = Date.parse(this.clock.now());
    const took = end - Date.parse(at);
    const goodUntil = end + Math.min(servesAtMost, servesTimes * took);
    // A decision that fell into the reading may be missing in it.
    const whole = changes === this.#changes;
    this.#kept = whole ? { tenantId, reading, goodUntil, tookLong: took > longMilliseconds } : undefined;
    return reading;
  }
}

function summaryOf(finding: Finding): FindingSummary {
  const { id, ruleId, severity, status, on, objectId, appId, displayName, appearedAt, remediation } = finding;
  const plan = remediation && { remediationStatus: remediation.status };
  return { id, ruleId, severity, status, on, objectId, appId, displayName, appearedAt, ...plan };
}

/** Severity, then what stands before what is over, then the newest. */
function mostSevereFirst(a: FindingSummary, b: FindingSummary): number {
  return (
    severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
    viewStatuses.indexOf(a.status) - viewStatuses.indexOf(b.status) ||
    compare(b.appearedAt, a.appearedAt) ||
    compare(a.displayName, b.displayName) ||
    compare(a.id, b.id)
  );
}

/** By code units: a hundred thousand comparisons of a language's alphabet would take seconds. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
