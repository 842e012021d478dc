import { codeOf, explain } from '../../model/errors.js';
import type { Judgement, WholeApp } from '../../model/finding/judge.js';
import type { Transition } from '../../model/finding/transition.js';
import type { AppRule } from '../../model/rule/rule.js';
import { proposeRemedies } from '../remediation/propose.js';
import { confirmAbsences } from '../tenant/confirm-absences.js';
import { isGraphError } from '../tenant/graph-error.js';
import type { LoadedTenant } from '../tenant/load-tenant.js';
import { type Selection, selectionOf } from '../tenant/selection.js';
import type { FindingIndex } from './finding-index.js';
import { reconcile, type Sighting } from './reconcile.js';
import type { ScanProgress, ScanUnderWay } from './scan-context.js';

/** The number of apps whose absences are looked up together. */
const confirmedTogether = 200;

/**
 * What a scan finds. It confirms violations that rest on an absence, and writes findings in batches while the walk
 * runs, so that memory does not grow with their number.
 */
export class ScanFindings {
  /** The objects of both kinds in the tenant, for the progress; undefined if Graph does not return counts. */
  total: number | undefined;
  #rules: readonly AppRule[];
  readonly #select: Selection['servicePrincipal'];
  readonly #remediable: ReadonlySet<string>;
  #pending: Sighting[] = [];
  #unconfirmed: WholeApp[] = [];

  /** @param index what was stored when the scan began */
  constructor(
    private readonly scan: ScanUnderWay,
    readonly index: FindingIndex,
    private readonly loaded: LoadedTenant,
  ) {
    this.#rules = loaded.rules.filter((rule): rule is AppRule => rule.on === 'app');
    this.#select = selectionOf(this.#rules).servicePrincipal;
    this.#remediable = new Set(loaded.rules.filter(({ remedy }) => remedy).map(({ id }) => id));
  }

  /** The app rules whose parts of the tenant could be read. */
  get appRules(): readonly AppRule[] {
    return this.#rules;
  }

  /** Whether findings about the app are stored. */
  hasFindingsOn({ application, servicePrincipal }: WholeApp): boolean {
    return this.index.hasFindingsOn(application?.id) || this.index.hasFindingsOn(servicePrincipal?.id);
  }

  pageRead(stage: ScanProgress['stage'], objects: number): void {
    const { context, record, onProgress } = this.scan;
    record.count(stage, objects);
    onProgress?.({ stage, objects: record.objects, pages: context.directory.stats.pages, total: this.total });
  }

  /**
   * Waits for the parts of the tenant that load during the walk.
   * @returns the app rules whose parts could be read
   */
  async servicePrincipalsRead(): Promise<readonly AppRule[]> {
    const { trace, record } = this.scan;
    const { notExamined, errors } = await trace.during('load tenant', () => this.loaded.later);
    record.notExamined(notExamined, errors);
    this.#rules = this.#rules.filter(({ id }) => !notExamined.some(({ ruleId }) => ruleId === id));
    return this.#rules;
  }

  /**
   * Takes the violations of an app. Violations that rest on an absence wait until a direct read confirms them: a
   * missing service principal only if the finding may change, any other absence always, because no listing shows it.
   */
  async judged(app: WholeApp, judgements: readonly Judgement[]): Promise<void> {
    const unconfirmed = judgements.some(
      ({ restsOnAbsenceOf: absence, observed }) =>
        absence && (absence !== 'servicePrincipal' || this.#mayChange(observed)),
    );
    if (!unconfirmed) return this.found(judgements);
    this.#unconfirmed.push(app);
    if (this.#unconfirmed.length >= confirmedTogether) await this.confirm();
  }

  /** Looks up the absences that are not confirmed yet, and takes the violations that remain. */
  confirm(): Promise<void> {
    const { context, trace, signal } = this.scan;
    return trace.during('confirm absences', async () => {
      const apps = this.#unconfirmed.splice(0);
      const { tenant } = this.loaded;
      const confirmed = await confirmAbsences(context.directory, this.#rules, tenant, apps, this.#select, signal);
      this.index.markUndetermined(confirmed.undetermined);
      await this.found(confirmed.judgements);
    });
  }

  /** Takes violations that need no confirmation. */
  async found(judgements: readonly Judgement[]): Promise<void> {
    for (const { observed } of judgements) {
      const stored = this.index.markFound(observed.id) !== undefined;
      if (!this.#mayChange(observed)) continue;
      this.#pending.push({
        id: observed.id,
        ruleId: observed.ruleId,
        observation: { violated: true, observed },
        stored,
      });
      if (this.#pending.length >= this.scan.context.findings.batchSize) await this.flush();
    }
  }

  /**
   * Takes findings that have ended, and writes them in batches of neighbours in the table, which are read and written
   * together. After a kill, the next scan ends the rest.
   */
  async ended(sightings: readonly Sighting[]): Promise<void> {
    const { context, signal } = this.scan;
    const sorted = [...sightings].sort((a, b) => compare(a.ruleId, b.ruleId) || compare(a.id, b.id));
    for (let at = 0; at < sorted.length; at += context.findings.batchSize) {
      signal.throwIfAborted();
      this.#pending.push(...sorted.slice(at, at + context.findings.batchSize));
      await this.flush();
    }
  }

  /** Writes the pending findings. */
  async flush(): Promise<void> {
    const { context, record } = this.scan;
    const sightings = this.#pending.splice(0);
    if (sightings.length === 0) return;
    const { written, transitions } = await reconcile(
      context.findings,
      record.scan.tenantId,
      sightings,
      record.transitionContext,
      (next) => this.#withRemedies(next),
    );
    record.wrote(written, transitions);
  }

  /** Stores findings without a plan if Graph cannot be read now: the next scan proposes one. */
  async #withRemedies(transitions: readonly Transition[]): Promise<readonly Transition[]> {
    const { context, record } = this.scan;
    const { directory, remedyOptions: options } = context;
    const { rules, tenant } = this.loaded;
    try {
      return await proposeRemedies({ directory, rules, tenant, options }, transitions, record.transitionContext);
    } catch (error) {
      if (!isGraphError(error)) throw error;
      record.notExamined([], [{ code: codeOf(error), message: explain(error) }]);
      return transitions;
    }
  }

  #mayChange(observed: Judgement['observed']): boolean {
    return this.index.mayChange(observed, this.scan.record.scan.startedAt, this.#remediable.has(observed.ruleId));
  }
}

/** The order of keys in a table. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
