import { auditEvent } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import type { WholeApp } from '../../model/finding/judge.js';
import type { Transition, TransitionContext } from '../../model/finding/transition.js';
import { isSameChange, missingKeys } from '../../model/remediation/compare-plans.js';
import { isUnderWay } from '../../model/remediation/execution.js';
import { isApprovedUnsigned, needsNewPlan, unsignedApproval } from '../../model/remediation/needs-new-plan.js';
import { type Plan, propose, type Remediation, type Remedy } from '../../model/remediation/remediation.js';
import { hasEnded, nextState } from '../../model/remediation/states.js';
import type { RemedyOptions, RemedySubject } from '../../model/rule/remedy.js';
import type { Rule } from '../../model/rule/rule.js';
import type { Violation } from '../../model/rule/violation.js';
import type { Tenant, TenantPart, TenantParts } from '../../model/tenant/tenant.js';
import type { Directory } from '../ports/index.js';
import { selectionOf } from '../tenant/selection.js';

/** What plans are computed with. */
export interface RemedyContext {
  readonly directory: Directory;
  readonly rules: readonly Rule[];
  readonly tenant: Tenant;
  readonly options: RemedyOptions;
  /** By `appId`, apps that the scan has just read with all properties that rules and remedies need. */
  readonly read?: ReadonlyMap<string, WholeApp>;
}

/**
 * Adds a plan, or the reason why the fix is manual, to every open finding that has none or whose facts changed. An
 * approval stays valid if the new plan is the same.
 * @param transitions the next states, before they are stored; findings that do not change have no events
 * @throws ConsentinelError if the apps with findings could not be read
 */
export async function proposeRemedies(
  context: RemedyContext,
  transitions: readonly Transition[],
  transitionContext: TransitionContext,
  signal?: AbortSignal,
): Promise<Transition[]> {
  const remediable = transitions.filter(({ finding }) => mayNeedPlan(finding) && ruleOf(context, finding)?.remedy);
  const appIds = [...new Set(remediable.flatMap(({ finding }) => subjectIdsOf(context, finding)))];
  const subjects = await readSubjects(context, appIds, signal, knownSubjects(context));
  return transitions.map((next) => {
    const remedy = remediable.includes(next)
      ? remedyFor(context, next.finding, subjectOf(context, next.finding, subjects))
      : undefined;
    return remedy ? withRemedy(next, remedy, transitionContext) : next;
  });
}

/**
 * Reads apps with the properties that the rules and remedies need; by `appId`.
 * @param known by `appId`, what was read before and is not read again
 * @throws ConsentinelError
 */
export function readSubjects(
  { directory, rules }: Pick<RemedyContext, 'directory' | 'rules'>,
  appIds: readonly string[],
  signal?: AbortSignal,
  known?: ReadonlyMap<string, Partial<RemedySubject>>,
): Promise<Map<string, RemedySubject>> {
  if (appIds.length === 0) return Promise.resolve(new Map());
  return directory.freshApps(appIds, selectionOf(rules.filter((rule) => rule.on === 'app')), signal, known);
}

/**
 * What the scan has read of apps. Graph limits reads of `keyCredentials` to 150 in a minute, so a plan is made from the
 * listing. The execution reads the app again and compares.
 */
function knownSubjects({ read = new Map(), tenant }: RemedyContext): ReadonlyMap<string, Partial<RemedySubject>> {
  const { claimsMappingPolicies: mappings } = tenant as Partial<TenantParts>;
  return new Map(
    [...read].map(([appId, { application, servicePrincipal }]) => {
      const app = { appId, application, servicePrincipal } as RemedySubject['app'];
      if (!servicePrincipal || !mappings) return [appId, { app }];
      const claimsMappingPolicies = mappings.appliesTo(servicePrincipal.id) ? 1 : 0;
      return [appId, { app, facts: { claimsMappingPolicies, deletedServicePrincipal: false } }];
    }),
  );
}

/** The appIds of the apps that the plan of a finding depends on. */
export function subjectIdsOf(context: Pick<RemedyContext, 'rules'>, finding: Finding): string[] {
  const other = otherAppOf(context, finding);
  return finding.on === 'tenant' ? [] : [finding.appId, ...(other === undefined ? [] : [other])];
}

/** The app of a finding, with the other app that its plan depends on. */
export function subjectOf(
  context: Pick<RemedyContext, 'rules'>,
  finding: Finding,
  subjects: ReadonlyMap<string, RemedySubject>,
): RemedySubject | undefined {
  const subject = subjects.get(finding.appId);
  const other = otherAppOf(context, finding);
  return subject && other !== undefined ? { ...subject, other: subjects.get(other) } : subject;
}

function otherAppOf(context: Pick<RemedyContext, 'rules'>, finding: Finding): string | undefined {
  const rule = ruleOf(context, finding);
  return rule?.on === 'app' ? rule.remedy?.otherApp?.(finding) : undefined;
}

/** The remedy that the rule of a finding proposes now; undefined if it proposes none. */
export function remedyFor(
  context: RemedyContext,
  finding: Finding,
  subject: RemedySubject | undefined,
): Remedy | undefined {
  const rule = ruleOf(context, finding);
  if (rule?.on === 'tenant') {
    return rule.remedy?.plan(asViolation(finding), context.tenant as Tenant<TenantPart>, context.options);
  }
  return subject && rule?.remedy?.plan(asViolation(finding), subject, context.tenant);
}

export function ruleOf({ rules }: Pick<RemedyContext, 'rules'>, { ruleId }: Pick<Finding, 'ruleId'>): Rule | undefined {
  return rules.find(({ id }) => id === ruleId);
}

function asViolation({ on, objectId, key, severity, message, evidence }: Finding): Violation {
  return { on, objectId, key, severity, message, evidence };
}

/** Keeps the remediation if the new plan is the same: its approval still covers what will be sent. */
function withRemedy({ finding, events }: Transition, remedy: Remedy, { at, author }: TransitionContext): Transition {
  const { remediation: before, manual: manualBefore, ...rest } = finding;
  // A replica may still show the old state. The worker, or the next one, records the outcome of the attempt first.
  if (before && isUnderWay(before) && !needsNewPlan(before)) return { finding, events };
  if ('manual' in remedy) {
    const { manual } = remedy;
    if (before) nextState(before.status, 'withdraw', 'scan');
    if (!before && manualBefore && manualBefore.reason === manual.reason) return { finding, events };
    const changed = { at, type: 'changed', author, summary: `No automatic fix: ${manual.reason}`, detail: {} } as const;
    return {
      finding: { ...rest, changedAt: at, manual },
      events: events.length > 0 ? events : [auditEvent(finding, changed)],
    };
  }
  if (before && staysValid(before, remedy.plan)) {
    return { finding: { ...rest, remediation: before }, events };
  }
  if (before && isApprovedUnsigned(before))
    return withoutApproval({ finding, events }, before, remedy.plan, { at, author });
  const status = nextState(before?.status ?? 'none', 'propose', 'scan');
  const remediation = { ...propose(finding.id, remedy.plan, at), status };
  const proposed = auditEvent(finding, {
    at,
    type: 'proposed',
    author,
    summary: summaryOf(remedy.plan.requests),
    detail: {
      remediation: remediation.id,
      planHash: remediation.planHash,
      ...(before && { replaces: before.id }),
    },
  });
  return { finding: { ...rest, changedAt: at, remediation }, events: [...events, proposed] };
}

/** A new plan for an approval without a signature: it needs a decision. */
function withoutApproval(
  { finding, events }: Transition,
  before: Remediation,
  plan: Plan,
  { at, author }: Pick<TransitionContext, 'at' | 'author'>,
): Transition {
  const status = nextState(before.status, 'refuse', 'scan');
  const outcome = `${unsignedApproval} Read the plan and decide again.`;
  const remediation = { ...propose(finding.id, plan, at), status, outcome };
  const detail = { remediation: remediation.id, planHash: remediation.planHash, replaces: before.id };
  const stale = auditEvent(finding, { at, type: 'stale', author, summary: outcome, detail });
  return { finding: { ...finding, changedAt: at, remediation }, events: [...events, stale] };
}

/** A suppressed finding keeps its plan, unless that must not be used. */
function mayNeedPlan({ status, remediation }: Finding): boolean {
  return status === 'open' || (status === 'suppressed' && remediation !== undefined && needsNewPlan(remediation));
}

/**
 * Whether the plan stays. A decision stays if the new plan makes the same change; the executor compares the requests. A
 * plan that waits for a decision must show the current requests.
 */
function staysValid(before: Remediation, plan: Plan): boolean {
  if (hasEnded(before.status) || needsNewPlan(before) || !isSameChange(before.plan, plan)) return false;
  const waits = before.status === 'proposed' || before.status === 'stale';
  return !waits || missingKeys(before.plan.requests, plan.requests)?.length === 0;
}

/** For example `PATCH /applications/{id}`. */
export function summaryOf(requests: readonly { method: string; path: string }[]): string {
  return `Proposed: ${requests.map(({ method, path }) => `${method} ${path}`).join(', ')}.`;
}
