import { appliedOutcome, attemptBehind, attemptDetail } from '../remediation/execution.js';
import type { Attempt, Remediation } from '../remediation/remediation.js';
import { hasEnded, nextState } from '../remediation/states.js';
import type { Evidence } from '../rule/violation.js';
import { type AuditEvent, type AuditEventType, auditEvent } from './audit.js';
import type { Finding, Observed } from './finding.js';

/** What was observed of a finding. An object that was not examined gives no observation. */
export type Observation =
  | { readonly violated: true; readonly observed: Observed }
  /** The object was judged and complies, or a direct read showed that it no longer exists. */
  | { readonly violated: false; readonly because: 'complies' | 'object-gone' };

/** When the directory was read, and who read it. */
export interface TransitionContext {
  /** When the object was read, ISO 8601 UTC. */
  at: string;
  scanId: string;
  /** `scan:<scanId>`, or the person who read it. */
  author: string;
}

/** The next state of a finding and the event that explains it. */
export interface Transition {
  finding: Finding;
  events: AuditEvent[];
}

/**
 * All transitions of a finding: open, suppressed, resolved, and open again. Idempotent: a repeated observation changes
 * nothing, and neither does an observation that is older than the last change.
 * @param previous the stored finding, undefined where there is none
 * @returns the next state, or undefined where nothing changes
 */
export function transition(
  previous: Finding | undefined,
  observation: Observation,
  context: TransitionContext,
): Transition | undefined {
  if (previous && previous.changedAt > context.at) return undefined;
  if (!observation.violated) return previous && resolve(previous, observation.because, context);
  const { observed } = observation;
  if (!previous) return appear(observed, 1, 'appeared', context);
  if (previous.status === 'resolved') return reappear(previous, observed, context);
  if (previous.status === 'suppressed')
    return expire(previous, observed, context) ?? change(previous, observed, context);
  return change(previous, observed, context);
}

function appear(
  observed: Observed,
  life: number,
  type: 'appeared' | 'reappeared',
  context: TransitionContext,
): Transition {
  const finding: Finding = {
    ...observed,
    status: 'open',
    appearedAt: context.at,
    appearedIn: context.scanId,
    changedAt: context.at,
    life,
  };
  const summary =
    type === 'appeared' ? observed.message : `The finding reappeared (occurrence ${life}): ${observed.message}`;
  return transitionTo(
    finding,
    type,
    summary,
    { severity: observed.severity, evidence: observed.evidence, life },
    context,
  );
}

/** The violation is back. If an undo may have brought it back, the outcome of the undo is recorded first. */
function reappear(previous: Finding, observed: Observed, context: TransitionContext): Transition {
  const next = appear(observed, previous.life + 1, 'reappeared', context);
  const { remediation } = previous;
  const mayBeUndone = remediation?.plan.undoes && !hasEnded(remediation.status);
  const attempt = mayBeUndone ? attemptBehind(remediation, 'complies') : undefined;
  if (!remediation || !attempt) return next;
  const undone = confirmed(remediation, attempt);
  const finding = { ...next.finding, remediation: undone };
  const applied = transitionTo(finding, 'applied', undone.outcome ?? '', outcomeDetail(undone, attempt), context);
  return { finding, events: [...applied.events, ...next.events] };
}

function outcomeDetail({ id, planHash }: Remediation, attempt: Attempt): AuditEvent['detail'] {
  return { remediation: id, planHash, ...attemptDetail(attempt) };
}

function resolve(
  previous: Finding,
  because: 'complies' | 'object-gone',
  context: TransitionContext,
): Transition | undefined {
  if (previous.status === 'resolved') return undefined;
  const { suppression: _ended, manual: _notNeeded, remediation, ...rest } = previous;
  const attempt = remediation && !hasEnded(remediation.status) ? attemptBehind(remediation, because) : undefined;
  const ended = remediation && (attempt ? confirmed(remediation, attempt) : withoutPurpose(remediation));
  const finding: Finding = {
    ...rest,
    ...(ended && { remediation: ended }),
    status: 'resolved',
    changedAt: context.at,
    resolvedAt: context.at,
  };
  const summary =
    because === 'complies' ? 'Resolved: a new read of the object found no violation.' : 'The object no longer exists.';
  const resolved = transitionTo(finding, 'resolved', summary, { because, before: previous.status }, context);
  if (!ended || !attempt) return resolved;
  const applied = transitionTo(finding, 'applied', ended.outcome ?? '', outcomeDetail(ended, attempt), context);
  return { finding, events: [...applied.events, ...resolved.events] };
}

/** The outcome follows the attempt: the requests may have been sent, and the violation is gone. */
function confirmed(remediation: Remediation, attempt: Attempt): Remediation {
  const { unconfirmed: _confirmed, ...rest } = remediation;
  const status = nextState(remediation.status, 'confirm', 'scan');
  return { ...rest, attempt, status, outcome: appliedOutcome(attempt, remediation.plan) };
}

/** The plan of a resolved finding must never be executed. */
function withoutPurpose(remediation: Remediation): Remediation {
  if (hasEnded(remediation.status)) return remediation;
  const status = nextState(remediation.status, 'resolve', 'scan');
  return { ...remediation, status, outcome: 'The finding was resolved without this plan.' };
}

/** A suppression ends at its date, or as soon as the evidence differs from what the person suppressed. */
function expire(previous: Finding, observed: Observed, context: TransitionContext): Transition | undefined {
  const { suppression, ...rest } = previous;
  const expired = suppression !== undefined && suppression.until <= context.at;
  if (!expired && sameEvidence(previous.evidence, observed.evidence)) return undefined;
  const finding: Finding = { ...rest, ...observed, status: 'open', changedAt: context.at };
  return expired
    ? transitionTo(
        finding,
        'suppression-expired',
        `The suppression expired at ${suppression.until}.`,
        { suppression },
        context,
      )
    : transitionTo(
        finding,
        'suppression-ended',
        'The suppression ended, because the evidence changed.',
        { suppression, before: previous.evidence, after: observed.evidence },
        context,
      );
}

function change(previous: Finding, observed: Observed, context: TransitionContext): Transition | undefined {
  const changed = (['severity', 'message', 'displayName', 'appId'] as const).filter((p) => previous[p] !== observed[p]);
  const evidenceChanged = !sameEvidence(previous.evidence, observed.evidence);
  if (changed.length === 0 && !evidenceChanged) return undefined;
  const names = evidenceChanged ? [...changed, 'evidence' as const] : changed;
  const pick = (of: Observed) => Object.fromEntries(names.map((name) => [name, of[name]]));
  const finding: Finding = { ...previous, ...observed, changedAt: context.at };
  return transitionTo(
    finding,
    'changed',
    `Changed: ${names.join(', ')}.`,
    { before: pick(previous), after: pick(observed) },
    context,
  );
}

function transitionTo(
  finding: Finding,
  type: AuditEventType,
  summary: string,
  detail: AuditEvent['detail'],
  context: TransitionContext,
): Transition {
  const { at, author } = context;
  return { finding, events: [auditEvent(finding, { at, type, author, summary, detail })] };
}

function sameEvidence(a: Evidence, b: Evidence): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}
