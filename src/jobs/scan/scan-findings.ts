import { codeOf, explain } from '../../model/errors.js';
import { type Judgement, undeterminedFindings, type WholeApp } from '../../model/finding/judge.js';
import type { Transition } from '../../model/finding/transition.js';
import { requirementsOf } from '../../model/reachability/client-steps.js';
import type { ReachableApp } from '../../model/reachability/reachability.js';
import type { AppRule, Rule } from '../../model/rule/rule.js';
import type { Absence } from '../../model/rule/violation.js';
import type { ScanError } from '../../model/scan/scan.js';
import type { TenantParts } from '../../model/tenant/tenant.js';
import { proposeRemedies } from '../remediation/propose.js';
import { type Confirmed, confirmAbsences } from '../tenant/confirm-absences.js';
import { isGraphError } from '../tenant/graph-error.js';
import type { LoadedTenant } from '../tenant/load-tenant.js';
import { type Half, type PossiblyPartialApp, readMissingHalves } from '../tenant/missing-halves.js';
import { readsKeys, readsResources, type Selection, selectionOf } from '../tenant/selection.js';
import { AppsWithFindings } from './apps-with-findings.js';
import type { FindingIndex } from './finding-index.js';
import { readCurrentKeys } from './keys/read-current-keys.js';
import { reconcile, type Sighting } from './reconcile.js';
import { rereadRepeated } from './reread-repeated.js';
import type { ScanProgress, ScanUnderWay } from './scan-context.js';
import { UnexplainedChanges } from './unexplained-changes.js';

/** The number of apps whose absences are looked up together. */
const confirmedTogether = 200;

/** The absences that listings show, unless they lost an entry. */
const listedAbsences: ReadonlySet<Absence> = new Set(['servicePrincipal', 'grant', 'clientGrant']);

/** An app whose judgements need direct reads. */
interface UnconfirmedApp extends PossiblyPartialApp {
  /** Whether a finding on it may change because of key credentials that come from an index. */
  readonly unsureOfKeys: boolean;
}

/**
 * What a scan finds. It confirms violations that rest on an absence, and writes findings in batches while the walk
 * runs, so that memory does not grow with their number.
 */
export class ScanFindings {
  #rules: readonly AppRule[];
  readonly #select: Selection;
  readonly #remediable: ReadonlySet<string>;
  /** The rules whose findings depend on key credentials that come from an index; none if a listing selects them. */
  readonly #rulesOnIndex: ReadonlySet<string>;
  readonly #unexplained: UnexplainedChanges;
  #pending: Sighting[] = [];
  /** The apps of the pending sightings, for their plans; none with key credentials from an index. */
  readonly #read = new Map<string, WholeApp>();
  #unconfirmed: UnconfirmedApp[] = [];
  /** The apps with violations, for their evidence. */
  readonly apps: AppsWithFindings;
  /** The codes whose failed sign-ins are read: those of the rules about apps. */
  readonly codes: readonly string[];
  /** The rule that reads the sign-in log; undefined if it is off. */
  readonly signInRule: string | undefined;
  /** Apps with an absence that only the complete listing of applications shows. */
  #afterListings: UnconfirmedApp[] = [];

  /** @param index what was stored when the scan began */
  constructor(
    private readonly scan: ScanUnderWay,
    readonly index: FindingIndex,
    private readonly loaded: LoadedTenant,
  ) {
    this.#rules = loaded.rules.filter((rule): rule is AppRule => rule.on === 'app');
    this.#select = selectionOf(this.#rules);
    this.#unexplained = new UnexplainedChanges(scan.context.findings, scan.record);
    this.codes = [...new Set(this.#rules.flatMap(({ codes }) => codes))];
    this.signInRule = scan.context.rules.find(({ select }) => select.tenant?.includes('signInFailures'))?.id;
    const failures = (loaded.tenant as Partial<TenantParts>).signInFailures;
    this.apps = new AppsWithFindings((appId) => failures?.of(appId, this.codes) !== undefined);
    const onIndex = scan.listings.keysAreIndexed ? this.#rules.filter(readsKeys) : [];
    this.#rulesOnIndex = new Set(onIndex.map(({ id }) => id));
    this.#remediable = new Set(loaded.rules.filter(({ remedy }) => remedy).map(({ id }) => id));
  }

  /** The app rules whose parts of the tenant could be read. */
  get appRules(): readonly AppRule[] {
    return this.#rules;
  }

  /** The rules of the scan whose parts of the tenant could be read. */
  get rules(): readonly Rule[] {
    return [...this.loaded.rules.filter(({ on }) => on === 'tenant'), ...this.#rules];
  }

  /** Whether findings about the app are stored. */
  hasFindingsOn({ application, servicePrincipal }: WholeApp): boolean {
    return this.index.hasFindingsOn(application?.id) || this.index.hasFindingsOn(servicePrincipal?.id);
  }

  pageRead(stage: ScanProgress['stage'], objects: number, total: number | undefined): void {
    const { context, record, onProgress } = this.scan;
    record.count(stage, objects);
    onProgress?.({ stage, objects: record.objects, pages: context.directory.stats.pages, total });
  }

  /**
   * Waits for the parts of the tenant that load during the walk.
   * @returns the app rules whose parts could be read
   */
  async grantsRead(): Promise<readonly AppRule[]> {
    const { record } = this.scan;
    const { notExamined, undetermined, errors } = await this.waitForTenant(() => this.loaded.later);
    record.notExamined(notExamined, errors);
    record.undetermined(undetermined);
    const unread = new Set([...notExamined, ...undetermined].map(({ ruleId }) => ruleId));
    this.#rules = this.#rules.filter(({ id }) => !unread.has(id));
    return this.#rules;
  }

  /** Waits for a part of the tenant that loads during the walk. */
  waitForTenant<T>(read: () => Promise<T>): Promise<T> {
    return this.scan.trace.during('load tenant', read);
  }

  /**
   * Takes the violations of an app. Violations that rest on an absence wait until a direct read confirms them: what
   * listings show only if the finding may change, any other absence always.
   * So do all violations of an app whose other half the listings may have lost, and of an app on which findings may change
   * because of key credentials from an index.
   * @param by the rules that judged it; no other rule can find a violation on it
   * @param unsureOf the half that it may have although no listing returned it
   */
  async judged(
    app: WholeApp,
    judgements: readonly Judgement[],
    by: readonly AppRule[],
    unsureOf?: Half,
  ): Promise<void> {
    const unconfirmed = judgements.some(
      (judgement) => judgement.restsOnAbsenceOf && !this.#isShownByListings(judgement),
    );
    const unsureOfKeys = this.#rulesOnIndex.size > 0 && this.#mayChangeByKeys(app, judgements);
    if (!unconfirmed && !unsureOf && !unsureOfKeys) {
      this.#markJudged(app, by);
      return this.found(judgements, [app]);
    }
    if (judgements.some(({ restsOnAbsenceOf: absence }) => absence === 'preAuthorizedClient')) {
      this.#afterListings.push({ app, unsureOf, unsureOfKeys });
      return;
    }
    this.#unconfirmed.push({ app, unsureOf, unsureOfKeys });
    if (this.#unconfirmed.length >= confirmedTogether) await this.confirm();
  }

  /** Reads what the unconfirmed apps lack, and takes the violations that remain. */
  confirm(): Promise<void> {
    const { context, trace, record, signal } = this.scan;
    return trace.during('confirm absences', async () => {
      const unconfirmed = this.#unconfirmed.splice(0);
      const unsure = unconfirmed.filter(({ unsureOfKeys }) => unsureOfKeys);
      const current = await readCurrentKeys(context.directory, unsure, signal);
      record.setAside(current.unreadable);
      const known = [...unconfirmed.filter(({ unsureOfKeys }) => !unsureOfKeys), ...current.apps];
      const { apps, unreadable } = await readMissingHalves(context.directory, known, this.#select, signal);
      record.setAside(unreadable);
      const { judgements, judged } = await this.#confirmed(apps);
      await this.found(judgements, judged);
    });
  }

  /** Whether a finding on the app appears, changes or ends, by a rule that depends on key credentials from an index. */
  #mayChangeByKeys({ application, servicePrincipal }: WholeApp, judgements: readonly Judgement[]): boolean {
    const onKeys = judgements.filter(({ observed }) => this.#rulesOnIndex.has(observed.ruleId));
    if (onKeys.some(({ observed }) => this.#mayChange(observed))) return true;
    const found = new Set(onKeys.map(({ observed }) => observed.id));
    return [application, servicePrincipal].some((object) =>
      this.index
        .unresolvedOn(object?.id ?? '')
        .some(({ id, ruleId }) => this.#rulesOnIndex.has(ruleId) && !found.has(id)),
    );
  }

  /**
   * Judges the apps that waited for the end of the listings, and apps directly that a listing returned twice. What their first
   * copies caused does not count.
   * @param onConfirmed called before the findings of the former are stored
   */
  async judgeRepeated(onConfirmed?: () => void): Promise<void> {
    const { context, record, signal } = this.scan;
    while (this.#afterListings.length > 0 || this.#unconfirmed.length > 0) {
      const room = Math.max(0, confirmedTogether - this.#unconfirmed.length);
      this.#unconfirmed.push(...this.#afterListings.splice(0, room));
      await this.confirm();
    }
    onConfirmed?.();
    await this.flush();
    const { apps, unreadable } = await rereadRepeated(context.directory, this.scan.listings, this.#select, signal);
    record.setAside(unreadable);
    for (const { app, objectIds } of apps) {
      for (const id of objectIds) this.index.discard(id);
      const { judgements, judged } = await this.#confirmed([app]);
      await this.found(judgements, judged, true);
      const now = new Set(judgements.map(({ observed }) => observed.id));
      const unfounded = record.changedOn(objectIds).filter(({ id }) => !now.has(id) && !this.index.has(id));
      await this.ended(
        unfounded.map(({ id, ruleId }) => ({
          id,
          ruleId,
          observation: { violated: false, because: 'complies' },
          stored: true,
        })),
      );
    }
  }

  async #confirmed(apps: readonly WholeApp[]): Promise<Confirmed> {
    const { context, record, signal } = this.scan;
    const { tenant } = this.loaded;
    const select = this.#select.servicePrincipal;
    const confirmed = await confirmAbsences(context.directory, this.#rules, tenant, apps, select, signal, {
      isConfirmed: (judgement) => this.#isShownByListings(judgement),
      isStored: ({ observed }) => !this.#mayChange(observed),
    });
    record.setAside(confirmed.unreadable);
    for (const app of confirmed.judged) this.#markJudged(app, this.#rules);
    this.index.markUndetermined(confirmed.undetermined);
    return confirmed;
  }

  /** Rules that did not judge the app cannot find a violation on it, so they count as well. */
  #markJudged(app: WholeApp, by: readonly AppRule[]): void {
    if (!this.hasFindingsOn(app)) return;
    const rules = this.#knowsResourcesOf(app) ? this.#rules : this.#rules.filter((rule) => !readsResources(rule));
    const ruleIds = new Set(rules.map(({ id }) => id));
    for (const object of [app.application, app.servicePrincipal]) if (object) this.index.markJudged(object.id, ruleIds);
    this.index.markUndetermined(undeterminedFindings(by, app, this.loaded.tenant));
  }

  /** Whether the service principals that were read contain every API that the application requires, if it exists. */
  #knowsResourcesOf(app: WholeApp): boolean {
    const { servicePrincipals } = this.scan.listings;
    if (!app.application) return true;
    if (!servicePrincipals.showsAbsence) return false;
    return !requirementsOf(app as ReachableApp).some(({ resourceAppId }) =>
      servicePrincipals.hasUnreadable(resourceAppId),
    );
  }

  /**
   * Takes violations that need no confirmation.
   * @param apps the apps with the violations, as they were judged; none for a violation of the tenant
   * @param mayBeStored the scan itself may have stored them with other evidence
   */
  async found(judgements: readonly Judgement[], apps: readonly WholeApp[], mayBeStored = false): Promise<void> {
    const byAppId = new Map(apps.map((app) => [app.appId, app]));
    for (const { observed } of judgements) {
      this.apps.add(observed);
      const stored = this.index.markFound(observed.id) !== undefined;
      if (!mayBeStored && !this.#mayChange(observed)) continue;
      this.#pending.push({
        id: observed.id,
        ruleId: observed.ruleId,
        observation: { violated: true, observed },
        stored: stored || mayBeStored,
      });
      // A plan keeps all other keys of its object, so it needs the current ones.
      const read = this.scan.listings.keysAreIndexed ? undefined : byAppId.get(observed.appId);
      if (read) this.#read.set(observed.appId, read);
      if (this.#pending.length >= this.scan.context.findings.batchSize) await this.flush();
    }
  }

  /** Whether a finding was open when the scan began, and the scan neither found it nor resolved it. */
  isUnjudged(id: string): boolean {
    return this.index.isOpenAndNotFound(id) && !this.scan.record.hasChanged(id);
  }

  /**
   * Takes findings that have ended, and writes them in batches of neighbours in the table, which are read and written
   * together. After a kill, the next scan ends the rest.
   */
  async ended(sightings: readonly Sighting[]): Promise<void> {
    const { context, deadline } = this.scan;
    const sorted = [...sightings].sort((a, b) => compare(a.ruleId, b.ruleId) || compare(a.id, b.id));
    for (let at = 0; at < sorted.length; at += context.findings.batchSize) {
      deadline.throwIfAborted();
      this.#pending.push(...sorted.slice(at, at + context.findings.batchSize));
      await this.flush();
    }
  }

  /** Writes the pending findings. */
  async flush(): Promise<void> {
    const { context, record } = this.scan;
    const sightings = this.#pending.splice(0);
    const read = new Map(this.#read);
    this.#read.clear();
    if (sightings.length === 0) return;
    const { written, transitions, missing } = await reconcile(
      context.findings,
      record.scan.tenantId,
      sightings,
      record.transitionContext,
      (next) => this.#withRemedies(next, read),
    );
    record.wrote(written, transitions);
    if (missing.length > 0) record.notExamined([], [missingRows(missing)]);
    await this.#unexplained.examine(transitions);
  }

  /** Stores findings without a plan if Graph cannot be read now or the deadline has passed: the next scan proposes one. */
  async #withRemedies(
    transitions: readonly Transition[],
    read: ReadonlyMap<string, WholeApp>,
  ): Promise<readonly Transition[]> {
    const { context, record, deadline, signal } = this.scan;
    const { directory, remedyOptions: options } = context;
    const { rules, tenant } = this.loaded;
    try {
      return await proposeRemedies(
        { directory, rules, tenant, options, read },
        transitions,
        record.transitionContext,
        signal,
      );
    } catch (error) {
      if (deadline.caused(error)) return transitions;
      if (!isGraphError(error)) throw error;
      record.notExamined([], [{ code: codeOf(error), message: explain(error) }]);
      return transitions;
    }
  }

  /** Whether listings show the absence, and the finding is stored as it is. */
  #isShownByListings({ restsOnAbsenceOf: absence, observed }: Judgement): boolean {
    return absence !== undefined && listedAbsences.has(absence) && !this.#mayChange(observed);
  }

  #mayChange(observed: Judgement['observed']): boolean {
    return this.index.mayChange(observed, this.scan.record.scan.startedAt, this.#remediable.has(observed.ruleId));
  }
}

/** The order of keys in a table. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function missingRows(ids: readonly string[]): ScanError {
  const some = ids.slice(0, 5).join(', ');
  return {
    code: 'storage-unavailable',
    message: `Storage did not return ${ids.length} findings that it listed (${some}). The next scan resolves them. If this message repeats, check the rows with \`consentinel findings\`.`,
  };
}
