import type { Remediation } from '../remediation/remediation.js';
import { hasEnded, nextState } from '../remediation/states.js';
import type { Evidence } from '../rule/violation.js';
import { type AuditEvent, type AuditEventType, auditEvent } from './audit.js';
import type { Finding, Observed } from './finding.js';

/** What was seen of a finding. That nothing was looked at is not an observation. */
export type Observation =
  | { readonly violated: true; readonly observed: Observed }
  /** The object was judged and complies, or a direct read showed that it is gone. */
  | { readonly violated: false; readonly because: 'complies' | 'object-gone' };

/** When the directory was read, and by whom. */
export interface TransitionContext {
  /** When the object was read, ISO 8601 UTC. */
  at: string;
  scanId: string;
  /** `scan:<scanId>`, or whoever looked. */
  author: string;
}

/** The next state of a finding and the event that explains it. */
export interface Transition {
  finding: Finding;
  events: AuditEvent[];
}

/**
 * The life of a finding, whole: open, suppressed, resolved, and open again. Idempotent: the same observation twice
 * changes nothing the second time, and neither does one that was made before the last change.
 * @param previous the stored finding, undefined where there is none
 * @returns the next state, or undefined where nothing changes
 */
export function transition(
  previous: Finding | undefined,
  observation: Observation,
  moment: TransitionContext,
): Transition | undefined {
  if (previous && previous.changedAt > moment.at) return undefined;
  if (!observation.violated) return previous && resolve(previous, observation.because, moment);
  const { observed } = observation;
  if (!previous) return appear(observed, 1, 'appeared', moment);
  if (previous.status === 'resolved') return appear(observed, previous.life + 1, 'reappeared', moment);
  if (previous.status === 'suppressed') return expire(previous, observed, moment) ?? change(previous, observed, moment);
  return change(previous, observed, moment);
}

function appear(
  observed: Observed,
  life: number,
  type: 'appeared' | 'reappeared',
  moment: TransitionContext,
): Transition {
  const finding: Finding = {
    ...observed,
    status: 'open',
    appearedAt: moment.at,
    appearedIn: moment.scanId,
    changedAt: moment.at,
    life,
  };
  const summary = type === 'appeared' ? observed.message : `It is back, for life ${life}: ${observed.message}`;
  return transitionTo(
    finding,
    type,
    summary,
    { severity: observed.severity, evidence: observed.evidence, life },
    moment,
  );
}

function resolve(
  previous: Finding,
  because: 'complies' | 'object-gone',
  moment: TransitionContext,
): Transition | undefined {
  if (previous.status === 'resolved') return undefined;
  const { suppression: _ended, manual: _notNeeded, remediation, ...rest } = previous;
  const finding: Finding = {
    ...rest,
    ...(remediation && { remediation: withoutPurpose(remediation) }),
    status: 'resolved',
    changedAt: moment.at,
    resolvedAt: moment.at,
  };
  const summary = because === 'complies' ? 'The object was read again and complies.' : 'The object no longer exists.';
  return transitionTo(finding, 'resolved', summary, { because, before: previous.status }, moment);
}

/** A plan for a finding that was resolved without it must never be executed. */
function withoutPurpose(remediation: Remediation): Remediation {
  if (hasEnded(remediation.status)) return remediation;
  const status = nextState(remediation.status, 'resolve', 'scan');
  return { ...remediation, status, outcome: 'The finding was resolved without it.' };
}

/** A suppression ends at its date, or as soon as the evidence is no longer what the person looked at. */
function expire(previous: Finding, observed: Observed, moment: TransitionContext): Transition | undefined {
  const { suppression, ...rest } = previous;
  const expired = suppression !== undefined && suppression.until <= moment.at;
  if (!expired && sameEvidence(previous.evidence, observed.evidence)) return undefined;
  const finding: Finding = { ...rest, ...observed, status: 'open', changedAt: moment.at };
  return expired
    ? transitionTo(
        finding,
        'suppression-expired',
        `The suppression ran out at ${suppression.until}.`,
        { suppression },
        moment,
      )
    : transitionTo(
        finding,
        'suppression-ended',
        'The evidence is no longer what was suppressed.',
        { suppression, before: previous.evidence, after: observed.evidence },
        moment,
      );
}

function change(previous: Finding, observed: Observed, moment: TransitionContext): Transition | undefined {
  const changed = (['severity', 'message', 'displayName', 'appId'] as const).filter((p) => previous[p] !== observed[p]);
  const evidenceChanged = !sameEvidence(previous.evidence, observed.evidence);
  if (changed.length === 0 && !evidenceChanged) return undefined;
  const names = evidenceChanged ? [...changed, 'evidence' as const] : changed;
  const pick = (of: Observed) => Object.fromEntries(names.map((name) => [name, of[name]]));
  const finding: Finding = { ...previous, ...observed, changedAt: moment.at };
  return transitionTo(
    finding,
    'changed',
    `Changed: ${names.join(', ')}.`,
    { before: pick(previous), after: pick(observed) },
    moment,
  );
}

function transitionTo(
  finding: Finding,
  type: AuditEventType,
  summary: string,
  detail: AuditEvent['detail'],
  moment: TransitionContext,
): Transition {
  const { at, author } = moment;
  return { finding, events: [auditEvent(finding, { at, type, author, summary, detail })] };
}

function sameEvidence(a: Evidence, b: Evidence): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}
