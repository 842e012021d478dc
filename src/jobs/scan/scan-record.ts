import { codeOf, explain } from '../../model/errors.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Transition, TransitionContext } from '../../model/finding/transition.js';
import { blankScan, type NotExamined, type Scan, type ScanError } from '../../model/scan/scan.js';
import { quantity } from '../../model/text/format.js';
import type { DamagedFinding, DirectoryStats } from '../ports/index.js';
import type { FindingIndex } from './finding-index.js';

type State = Pick<Finding, 'status' | 'appearedAt'>;

/** The row of a scan that runs: what it read, what it did not examine and why, and the counts of its findings. */
export class ScanRecord {
  readonly scan: Scan;
  /** The requests of the scan to Graph; known at its end. */
  stats: DirectoryStats = { pages: 0, requests: 0, retries: 0, resourceUnits: 0 };
  #stored: FindingIndex | undefined;
  /** The state of each finding that this scan changed. */
  readonly #changed = new Map<string, State>();
  readonly #undetermined = new Set<string>();

  constructor(begun: Pick<Scan, 'id' | 'tenantId' | 'requestedBy' | 'startedAt'>, since: string) {
    this.scan = blankScan({ ...begun, status: 'running', since });
  }

  /** Sets the findings that were stored when the scan began: the counts at the end include them. */
  startFrom(stored: FindingIndex): void {
    this.#stored = stored;
  }

  /** A scan observes the tenant at the time it began: a later change of a finding takes precedence. */
  get transitionContext(): TransitionContext {
    return { at: this.scan.startedAt, scanId: this.scan.id, author: `scan:${this.scan.id}` };
  }

  get objects(): number {
    return this.scan.counts.applications + this.scan.counts.servicePrincipals;
  }

  /**
   * Whether the scan examined everything that Graph shows. Rules that Graph leaves undetermined do not count: with them
   * the scans of some tenants would stay incomplete for ever.
   */
  get examinedEverything(): boolean {
    const undetermined = ({ ruleId }: NotExamined) => this.#undetermined.has(ruleId);
    return this.scan.notExamined.every(undetermined) && this.scan.errors.length === 0;
  }

  count(collection: 'applications' | 'servicePrincipals', objects: number): void {
    this.scan.counts[collection] += objects;
  }

  notExamined(rules: readonly NotExamined[], errors: readonly ScanError[]): void {
    this.scan.notExamined = [...this.scan.notExamined, ...rules];
    this.scan.errors = [...this.scan.errors, ...errors];
  }

  /** Adds rules that Graph leaves undetermined: they were not examined, and this is not an error. */
  undetermined(rules: readonly NotExamined[]): void {
    for (const { ruleId } of rules) this.#undetermined.add(ruleId);
    this.notExamined(rules, []);
  }

  /** Counts findings that were written. */
  wrote(written: number, transitions: readonly Transition[]): void {
    this.scan.writes += written;
    for (const { finding } of transitions) {
      const { id, status, appearedAt } = finding;
      if (status === 'resolved') this.scan.findings.resolved += 1;
      this.#changed.set(id, { status, appearedAt });
    }
  }

  /**
   * A finding with a damaged row makes the scan incomplete, and changes nothing else: every other finding is examined and
   * resolved.
   */
  finish(finishedAt: string, stats: DirectoryStats): void {
    const damaged = [...(this.#stored?.damaged.values() ?? [])];
    const isComplete = this.examinedEverything && damaged.length === 0;
    if (damaged.length > 0) this.notExamined([], [damagedRows(damaged)]);
    this.#close(isComplete ? 'complete' : 'incomplete', finishedAt, stats);
  }

  fail(error: unknown, finishedAt: string, stats: DirectoryStats): void {
    this.notExamined([], [{ code: codeOf(error), message: explain(error) }]);
    this.#close('failed', finishedAt, stats);
  }

  #close(status: Scan['status'], finishedAt: string, stats: DirectoryStats): void {
    const { pages, requests, retries } = stats;
    this.stats = stats;
    Object.assign(this.scan, { status, finishedAt, pages, requests, retries });
    const states = new Map<string, State>(this.#changed);
    for (const entry of this.#stored?.entries() ?? []) if (!states.has(entry.id)) states.set(entry.id, entry);
    for (const { status: state, appearedAt } of states.values()) {
      if (state === 'suppressed') this.scan.findings.suppressed += 1;
      else if (state === 'open') this.scan.findings[appearedAt >= this.scan.since ? 'new' : 'open'] += 1;
    }
  }
}

/** The number of damaged rows that the error names. */
const namedRows = 5;

function damagedRows(damaged: readonly DamagedFinding[]): ScanError {
  const rows = damaged.slice(0, namedRows).map(({ id, ruleId, property }) => `${id} of ${ruleId} (${property})`);
  const more = damaged.length > namedRows ? ` and ${damaged.length - namedRows} more` : '';
  return {
    code: 'storage-malformed',
    message: `The stored row of ${quantity(damaged.length, 'finding')} is damaged: ${rows.join(', ')}${more}. The scan left it unchanged. Restore the row or delete it: the next scan writes the finding anew.`,
  };
}
