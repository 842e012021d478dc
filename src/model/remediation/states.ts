import { ConsentinelError } from '../errors.js';
import { type RemediationStatus, remediationStatuses } from './remediation.js';

/** The states of a remediation: its status, or `none` for a finding without a plan. */
export const remediationStates = ['none', ...remediationStatuses] as const;
export type RemediationState = (typeof remediationStates)[number];

/** The states of a plan whose finding is not resolved. */
const open = ['proposed', 'approved', 'rejected', 'stale', 'failed'] as const;

/**
 * Every transition of a remediation: the event, who may cause it, and the states before and after it. The remediator is
 * the worker of the queue `remediations`.
 */
export const remediationTransitions = [
  /** The rule plans the fix, for a finding without a plan or because the object has changed since the last plan. */
  { event: 'propose', by: 'scan', from: remediationStates, to: 'proposed' },
  /** A plan that undoes the applied one. It needs a decision as every plan. */
  { event: 'propose-undo', by: 'approver', from: ['applied'], to: 'proposed' },
  { event: 'approve', by: 'approver', from: ['proposed', 'rejected', 'stale', 'failed'], to: 'approved' },
  /** The first of two approvals: the plan waits for the second. */
  { event: 'approve-first', by: 'approver', from: ['proposed', 'rejected', 'stale', 'failed'], to: 'proposed' },
  { event: 'reject', by: 'approver', from: ['proposed', 'approved', 'stale', 'failed'], to: 'rejected' },
  /** Claims the plan for one worker, before its requests are sent. */
  { event: 'start', by: 'remediator', from: ['approved'], to: 'approved' },
  /** The requests were sent, and the violation is gone. */
  { event: 'apply', by: 'remediator', from: ['approved', 'failed'], to: 'applied' },
  /** The violation is gone before the requests were sent. */
  { event: 'skip', by: 'remediator', from: ['approved'], to: 'unneeded' },
  /** The approval is too old. */
  { event: 'expire', by: 'remediator', from: ['approved'], to: 'stale' },
  /** The approval is not authentic, or does not allow this plan: the plan needs a decision. */
  { event: 'refuse', by: 'remediator', from: ['approved'], to: 'stale' },
  { event: 'refuse', by: 'scan', from: ['approved'], to: 'stale' },
  /** The object has changed since the approval: the new plan needs a decision. */
  { event: 'replan', by: 'remediator', from: ['approved'], to: 'stale' },
  /** Graph rejected the requests, the violation is still there, or the message was abandoned. */
  { event: 'fail', by: 'remediator', from: ['approved'], to: 'failed' },
  /** The violation is gone after an attempt whose requests may have been sent: it is the effect of that attempt. */
  { event: 'confirm', by: 'scan', from: open, to: 'applied' },
  /** The finding was resolved without the plan. */
  { event: 'resolve', by: 'scan', from: open, to: 'unneeded' },
  /** The rule offers no plan any more: the fix is manual. */
  { event: 'withdraw', by: 'scan', from: remediationStatuses, to: 'none' },
  { event: 'withdraw', by: 'remediator', from: ['approved'], to: 'none' },
] as const satisfies readonly {
  readonly event: string;
  readonly by: string;
  readonly from: readonly RemediationState[];
  readonly to: RemediationState;
}[];

type RemediationTransition = (typeof remediationTransitions)[number];
export type RemediationEvent = RemediationTransition['event'];
export type RemediationActor = RemediationTransition['by'];
type StateAfter<E extends RemediationEvent> = Extract<RemediationTransition, { event: E }>['to'];

/** Whether the finding was resolved, by the plan or without it: the plan is never executed again. */
export function hasEnded(status: RemediationStatus): boolean {
  return !(open as readonly RemediationStatus[]).includes(status);
}

/** Whether an actor may cause an event in a state. */
export function allows(state: RemediationState, event: RemediationEvent, actor: RemediationActor): boolean {
  return find(state, event, actor) !== undefined;
}

/**
 * The state of a remediation after an event.
 * @throws ConsentinelError `decision-refused` if `remediationTransitions` has no such transition
 */
export function nextState<E extends RemediationEvent>(
  state: RemediationState,
  event: E,
  actor: RemediationActor,
): StateAfter<E>;
export function nextState(state: RemediationState, event: RemediationEvent, actor: RemediationActor): RemediationState {
  const transition = find(state, event, actor);
  if (transition) return transition.to;
  const reason =
    actor === 'approver' ? `The plan is already ${state}.` : `The ${actor} cannot ${event} a plan that is ${state}.`;
  throw new ConsentinelError('decision-refused', reason);
}

function find(state: RemediationState, event: RemediationEvent, actor: RemediationActor) {
  return remediationTransitions.find(
    (one) => one.event === event && one.by === actor && (one.from as readonly RemediationState[]).includes(state),
  );
}
