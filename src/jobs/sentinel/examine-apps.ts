import { UnreadableObject } from '../../model/entra/unreadable-object.js';
import { codeOf, explain } from '../../model/errors.js';
import type { Judgement, WholeApp } from '../../model/finding/judge.js';
import type { Transition } from '../../model/finding/transition.js';
import type { AppRule } from '../../model/rule/rule.js';
import { proposeRemedies } from '../remediation/propose.js';
import { FindingIndex } from '../scan/finding-index.js';
import { reconcile, type Sighting } from '../scan/reconcile.js';
import { confirmAbsences } from '../tenant/confirm-absences.js';
import { isGraphError } from '../tenant/graph-error.js';
import { type LoadedTenant, loadTenant } from '../tenant/load-tenant.js';
import { type Selection, selectionOf } from '../tenant/selection.js';
import { readStored } from './read-stored.js';
import type { SentinelWork } from './sentinel-work.js';

/** A direct read can show an old replica for minutes after a fix: such a finding does not reappear at once. */
const settledMilliseconds = 10 * 60_000;

/**
 * Reads apps directly, judges them as a scan does, and stores what was found. It resolves nothing. A violation that rests
 * on a missing service principal is left to the scan: a new application gets its service principal a moment later.
 * @throws ConsentinelError if Graph or storage could not be reached
 */
export async function examineApps(
  work: SentinelWork,
  appIds: ReadonlySet<string>,
  rules: readonly AppRule[],
): Promise<void> {
  if (appIds.size === 0 || rules.length === 0) return;
  const { context, record, organization, signal } = work;
  const { firstParty, expiry } = context.settings;
  const known = { ...organization, ...(firstParty && { firstParty }), ...(expiry && { expiry }) };
  const loaded = await loadTenant(context.directory, known, rules, record.scan.startedAt, signal);
  // A scan reports the missing permission: it does not make each run of the sentinel incomplete.
  record.undetermined([...loaded.notExamined, ...loaded.undetermined]);
  const readable = loaded.rules.filter((rule): rule is AppRule => rule.on === 'app');
  const select = selectionOf(readable);
  const apps = await readApps(work, [...appIds], select);
  const { directory } = context;
  const confirmed = await confirmAbsences(directory, readable, loaded.tenant, apps, select.servicePrincipal, signal);
  record.setAside(confirmed.unreadable);
  await store(
    work,
    loaded,
    confirmed.judgements.filter(({ restsOnAbsenceOf: absence }) => absence === undefined),
  );
}

async function readApps(
  { context, record, signal }: SentinelWork,
  appIds: readonly string[],
  select: Selection,
): Promise<WholeApp[]> {
  const { directory } = context;
  const [applications, servicePrincipals] = await Promise.all([
    directory.applicationsByAppId(appIds, select.application, signal),
    directory.servicePrincipalsByAppId(appIds, select.servicePrincipal, signal),
  ]);
  const { sentinel } = record.scan;
  return appIds.flatMap((appId) => {
    const [application, servicePrincipal] = [applications.get(appId), servicePrincipals.get(appId)];
    for (const half of [application, servicePrincipal]) if (half instanceof UnreadableObject) record.setAside([half]);
    if (application instanceof UnreadableObject || servicePrincipal instanceof UnreadableObject) return [];
    if (!application && !servicePrincipal) return [];
    if (sentinel) sentinel.apps += 1;
    return [{ appId, application, servicePrincipal } as WholeApp];
  });
}

async function store(work: SentinelWork, loaded: LoadedTenant, judgements: readonly Judgement[]): Promise<void> {
  const { context, record, organization, deadline } = work;
  const { findings } = context;
  const keys = judgements.map(({ observed }) => observed);
  const { known, damaged } = await readStored(work, keys);
  const { startedAt } = record.scan;
  const settledBefore = new Date(Date.parse(startedAt) - settledMilliseconds).toISOString();
  const index = FindingIndex.of(known.values());
  const remediable = new Set(loaded.rules.filter(({ remedy }) => remedy).map(({ id }) => id));
  const sightings = judgements.flatMap(({ observed }): Sighting[] => {
    const { id, ruleId } = observed;
    const { resolvedAt = '' } = known.get(id) ?? {};
    if (damaged.has(id) || resolvedAt > settledBefore || !index.mayChange(observed, startedAt, remediable.has(ruleId)))
      return [];
    return [{ id, ruleId, observation: { violated: true, observed }, stored: known.has(id) }];
  });
  for (let at = 0; at < sightings.length; at += findings.batchSize) {
    deadline.throwIfAborted();
    const some = sightings.slice(at, at + findings.batchSize);
    const { written, transitions } = await reconcile(
      findings,
      organization.id,
      some,
      record.transitionContext,
      (next) => withRemedies(work, loaded, next),
    );
    record.wrote(written, transitions);
    if (transitions.some(isNews) && record.scan.sentinel) record.scan.sentinel.hasNews = true;
  }
  await readStored(work, keys);
}

/** Whether an alert reports the change. */
function isNews({ events }: Transition): boolean {
  return events.some(({ type }) =>
    ['appeared', 'reappeared', 'suppression-expired', 'suppression-ended'].includes(type),
  );
}

/** Stores findings without a plan if Graph cannot be read now: the next scan proposes one. */
async function withRemedies(
  { context, record, deadline, signal }: SentinelWork,
  { rules, tenant }: LoadedTenant,
  transitions: readonly Transition[],
): Promise<readonly Transition[]> {
  const { directory, remedyOptions: options } = context;
  try {
    return await proposeRemedies({ directory, rules, tenant, options }, transitions, record.transitionContext, signal);
  } catch (error) {
    if (deadline.caused(error)) return transitions;
    if (!isGraphError(error)) throw error;
    record.notExamined([], [{ code: codeOf(error), message: explain(error) }]);
    return transitions;
  }
}
