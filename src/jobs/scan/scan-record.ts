import { codeOf, explain } from '../../model/errors.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Judgement, WholeApp } from '../../model/finding/judge.js';
import type { Transition, TransitionContext } from '../../model/finding/transition.js';
import { blankScan, type NotExamined, type Scan, type ScanError } from '../../model/scan/scan.js';
import type { DirectoryStats, FindingStore } from '../ports/index.js';
import { isOfGraph, proposeRemedies, type RemedyContext } from '../remediation/propose.js';
import type { FindingIndex } from './finding-index.js';
import { reconcile, type Sighting } from './reconcile.js';

/** Sightings that may change something are written in groups: one transaction carries about fifty findings. */
const groupSize = 196;

type State = Pick<Finding, 'status' | 'appearedAt'>;

/** What a scan has seen so far; it writes findings in groups as it goes, so that memory does not follow their number. */
export class ScanRecord {
  readonly scan: Scan;
  /** What the scan asked of Graph; known at its end. */
  stats: DirectoryStats = { pages: 0, requests: 0, retries: 0, resourceUnits: 0 };
  #store: FindingStore | undefined;
  #findingIndex: FindingIndex | undefined;
  #remedies: RemedyContext | undefined;
  #remediable: ReadonlySet<string> = new Set();
  #pending: Sighting[] = [];
  #unconfirmed: WholeApp[] = [];
  readonly #undetermined = new Set<string>();
  /** The state of each finding that this scan changed. */
  readonly #after = new Map<string, State>();

  constructor(begun: Pick<Scan, 'id' | 'tenantId' | 'requestedBy' | 'startedAt'>, since: string) {
    this.scan = blankScan({ ...begun, status: 'running', since });
  }

  open(store: FindingStore, findingIndex: FindingIndex): void {
    this.#store = store;
    this.#findingIndex = findingIndex;
  }

  /** From here on findings get plans. */
  remedyWith(context: RemedyContext): void {
    this.#remedies = context;
    this.#remediable = new Set(context.rules.filter(({ remedy }) => remedy).map(({ id }) => id));
  }

  /** A scan speaks for the moment it began: whatever happened to a finding since then is newer than what it saw. */
  get moment(): TransitionContext {
    return { at: this.scan.startedAt, scanId: this.scan.id, author: `scan:${this.scan.id}` };
  }

  get objects(): number {
    return this.scan.counts.applications + this.scan.counts.servicePrincipals;
  }

  /** All that could be seen: a rule that Graph does not tell enough would else keep the scan incomplete for ever. */
  get sawEverything(): boolean {
    const undetermined = ({ ruleId }: NotExamined) => this.#undetermined.has(ruleId);
    return this.scan.notExamined.every(undetermined) && this.scan.errors.length === 0;
  }

  get unconfirmed(): number {
    return this.#unconfirmed.length;
  }

  takeUnconfirmed(): WholeApp[] {
    return this.#unconfirmed.splice(0);
  }

  count(collection: 'applications' | 'servicePrincipals', objects: number): void {
    this.scan.counts[collection] += objects;
  }

  notExamined(rules: readonly NotExamined[], errors: readonly ScanError[]): void {
    this.scan.notExamined = [...this.scan.notExamined, ...rules];
    this.scan.errors = [...this.scan.errors, ...errors];
  }

  /**
   * An app violates something. What rests on an absence waits to be confirmed: a missing service principal where it is
   * news, anything else always, since no listing shows it.
   */
  async judged(app: WholeApp, judgements: readonly Judgement[]): Promise<void> {
    const doubtful = judgements.some(
      ({ restsOnAbsenceOf: absence, observed }) =>
        absence && (absence !== 'servicePrincipal' || this.#isNews(observed)),
    );
    if (doubtful) this.#unconfirmed.push(app);
    else await this.met(judgements);
  }

  /** Violations that are beyond doubt. */
  async met(judgements: readonly Judgement[]): Promise<void> {
    for (const { observed } of judgements) {
      const known = this.#findingIndex?.meet(observed.id);
      if (!this.#isNews(observed)) continue;
      this.#pending.push({ id: observed.id, observation: { violated: true, observed }, stored: known !== undefined });
      if (this.#pending.length >= groupSize) await this.flush();
    }
  }

  /** These findings have ended. */
  async ended(sightings: readonly Sighting[]): Promise<void> {
    this.#pending.push(...sightings);
    await this.flush();
  }

  async flush(): Promise<void> {
    const sightings = this.#pending.splice(0);
    if (sightings.length === 0 || !this.#store) return;
    const { written, transitions } = await reconcile(this.#store, this.scan.tenantId, sightings, this.moment, (next) =>
      this.#withRemedies(next),
    );
    this.scan.writes += written;
    for (const { finding } of transitions) {
      const { id, status, appearedAt } = finding;
      if (status === 'resolved') this.scan.findings.resolved += 1;
      this.#after.set(id, { status, appearedAt });
    }
  }

  /** Findings are stored even where no plan can be made for them now: the next scan tries again. */
  async #withRemedies(transitions: readonly Transition[]): Promise<readonly Transition[]> {
    if (!this.#remedies) return transitions;
    try {
      return await proposeRemedies(this.#remedies, transitions, this.moment);
    } catch (error) {
      if (!isOfGraph(error)) throw error;
      this.notExamined([], [{ code: codeOf(error), message: explain(error) }]);
      return transitions;
    }
  }

  /** Rules that cannot tell: they were not examined, and nothing went wrong. */
  undetermined(rules: readonly NotExamined[]): void {
    for (const { ruleId } of rules) this.#undetermined.add(ruleId);
    this.notExamined(rules, []);
  }

  finish(finishedAt: string, stats: DirectoryStats): void {
    this.#close(this.sawEverything ? 'complete' : 'incomplete', finishedAt, stats);
  }

  fail(error: unknown, finishedAt: string, stats: DirectoryStats): void {
    this.notExamined([], [{ code: codeOf(error), message: explain(error) }]);
    this.#close('failed', finishedAt, stats);
  }

  #close(status: Scan['status'], finishedAt: string, stats: DirectoryStats): void {
    const { pages, requests, retries } = stats;
    this.stats = stats;
    Object.assign(this.scan, { status, finishedAt, pages, requests, retries });
    const states = new Map<string, State>(this.#after);
    for (const entry of this.#findingIndex?.entries() ?? []) if (!states.has(entry.id)) states.set(entry.id, entry);
    for (const { status: state, appearedAt } of states.values()) {
      if (state === 'suppressed') this.scan.findings.suppressed += 1;
      else if (state === 'open') this.scan.findings[appearedAt >= this.scan.since ? 'new' : 'open'] += 1;
    }
  }

  #isNews(observed: Judgement['observed']): boolean {
    return this.#findingIndex?.mayChange(observed, this.scan.startedAt, this.#remediable.has(observed.ruleId)) ?? true;
  }
}
