import type { Judgement, WholeApp } from '../../model/finding/judge.js';
import type { AppRule } from '../../model/rule/rule.js';
import { confirmAbsences } from '../tenant/confirm-absences.js';
import type { LoadedTenant } from '../tenant/load-tenant.js';
import { type Selection, selectionOf } from '../tenant/selection.js';
import type { FindingIndex } from './finding-index.js';
import type { ScanProgress, ScanUnderWay } from './scan-context.js';
import type { WalkListener } from './walk-directory.js';

/** So many apps whose violation rests on an absence are looked up together. */
const confirmedTogether = 200;

/** What a scan does as the walk goes: notes what was read, stores what was found, confirms what rests on an absence. */
export class ScanListener implements WalkListener {
  readonly #select: Selection['servicePrincipal'];
  #rules: readonly AppRule[];

  /** @param total objects of both kinds, where Graph says */
  constructor(
    private readonly scan: ScanUnderWay,
    private readonly findingIndex: FindingIndex,
    private readonly loaded: LoadedTenant,
    rules: readonly AppRule[],
    private readonly total: number | undefined,
  ) {
    this.#rules = rules;
    this.#select = selectionOf(rules).servicePrincipal;
  }

  /** Those that can be asked: fewer where a part of the tenant that came late could not be read. */
  get rules(): readonly AppRule[] {
    return this.#rules;
  }

  seen(objectId: string): void {
    this.findingIndex.see(objectId);
  }

  knows({ application, servicePrincipal }: WholeApp): boolean {
    return this.findingIndex.knows(application?.id) || this.findingIndex.knows(servicePrincipal?.id);
  }

  undetermined(findingIds: readonly string[]): void {
    this.findingIndex.doubt(findingIds);
  }

  async between(): Promise<readonly AppRule[]> {
    const { trace, record } = this.scan;
    const { notExamined, errors } = await trace.during('load tenant', () => this.loaded.later);
    record.notExamined(notExamined, errors);
    this.#rules = this.#rules.filter(({ id }) => !notExamined.some(({ ruleId }) => ruleId === id));
    return this.#rules;
  }

  async judged(app: WholeApp, judgements: readonly Judgement[]): Promise<void> {
    const { record } = this.scan;
    await record.judged(app, judgements);
    if (record.unconfirmed >= confirmedTogether) await this.confirm();
  }

  page(stage: ScanProgress['stage'], objects: number): void {
    const { context, record, onProgress } = this.scan;
    record.count(stage, objects);
    onProgress?.({ stage, objects: record.objects, pages: context.directory.stats.pages, total: this.total });
  }

  /** Looks up what waits to be confirmed. */
  confirm(): Promise<void> {
    const { context, trace, record, signal } = this.scan;
    const { tenant } = this.loaded;
    return trace.during('confirm absences', async () => {
      const apps = record.takeUnconfirmed();
      const confirmed = await confirmAbsences(context.directory, this.#rules, tenant, apps, this.#select, signal);
      this.findingIndex.doubt(confirmed.undetermined);
      await record.met(confirmed.judgements);
    });
  }
}
