import { type AuditEvent, auditEvent } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import {
  type ApprovalAuthor,
  isSamePerson,
  type SignedApproval,
  signatureHash,
} from '../../model/remediation/approval.js';
import type { Remediation } from '../../model/remediation/remediation.js';
import { nextState } from '../../model/remediation/states.js';
import type { Rule } from '../../model/rule/rule.js';
import { commitDecision, type DecisionSubject, findingAsSeen, refused } from '../finding/decision.js';
import { type Clock, type FindingStore, type Outbox, queueNames } from '../ports/index.js';
import { type ApprovalPolicy, approverProblem } from './approval-policy.js';
import { type Acknowledgements, approvablePlan, planIn, refuseUnread } from './decidable-plan.js';
import { messageFor } from './message.js';
import { type SigningContext, signedApproval, validApprovals } from './sign-approval.js';

/** What decisions are made with. */
export interface DecisionContext extends SigningContext {
  readonly findings: FindingStore;
  /** Their remedies say how an applied plan is undone. */
  readonly rules: readonly Rule[];
  readonly outbox: Outbox;
  readonly approvalPolicy: ApprovalPolicy;
  /** Why nothing can be approved: the tenant is read-only. */
  readonly readOnly?: string;
}

/** An approval of the plan that the user saw. */
export interface ApprovalRequest extends DecisionSubject, Acknowledgements {
  readonly comment?: string;
  /** The person, as the token provides it. @default a person whose id is `author` */
  readonly approver?: ApprovalAuthor;
}

/**
 * Approves the plan that the user saw: signs a statement over it, stores both, and sends its id to the queue
 * `remediations`. If two approvals are required, the first one waits for the second.
 * @throws ConsentinelError `finding-unknown`, `decision-refused`, `decision-conflict`, `signing-unavailable`
 */
export async function approve(context: DecisionContext, request: ApprovalRequest): Promise<Finding> {
  const stored = await findingAsSeen(context.findings, request);
  const remediation = approvablePlan(stored.value);
  if (context.readOnly) throw refused(context.readOnly);
  if (remediation.status === 'approved' && !remediation.attempt) {
    // The message of an earlier approval may be lost. A second message is harmless.
    await context.outbox.send(queueNames.remediations, messageFor(stored.value, remediation));
    return stored.value;
  }
  nextState(remediation.status, 'approve', 'approver');
  refuseUnread(stored.value, remediation, request);
  const author = request.approver ?? { id: request.author, name: request.author, roles: [] };
  const earlier = validApprovals(context, remediation);
  const complete = await isComplete(context.approvalPolicy, stored.value, earlier, author);
  const signed = await signedApproval(context, stored.value, remediation, author, earlier.at(-1));
  const approved = approvedPlan(remediation, [...earlier, signed], complete, request);
  const { finding, ended } = withoutSuppression(stored.value, signed, request.author);
  const next: Finding = { ...finding, remediation: approved, changedAt: signed.statement.at };
  const event = approvedEvent(context, next, signed, approved, request);
  await commitDecision(context.findings, next, stored.etag, ...ended, event);
  if (complete) await context.outbox.send(queueNames.remediations, messageFor(next, approved));
  return next;
}

/** Rejects the plan that the user saw, and withdraws its approvals. @throws as `approve` */
export async function reject(
  context: { readonly findings: FindingStore; readonly clock: Pick<Clock, 'now'> },
  subject: DecisionSubject & { readonly comment?: string },
): Promise<Finding> {
  const stored = await findingAsSeen(context.findings, subject);
  const remediation = planIn(stored.value);
  if (remediation.attempt && !remediation.outcome) throw refused('The execution of the plan is in progress.');
  const status = nextState(remediation.status, 'reject', 'approver');
  const { comment, author } = subject;
  const at = context.clock.now();
  const { approvals: _withdrawn, ...plan } = remediation;
  const rejected = { ...plan, status, decision: { author, at, ...(comment && { comment }) } };
  const finding: Finding = { ...stored.value, remediation: rejected, changedAt: at };
  const summary = comment ? `Rejected: ${comment}` : 'Rejected.';
  const detail = { remediation: remediation.id, planHash: remediation.planHash, comment: comment ?? null };
  const event = auditEvent(finding, { at, type: 'rejected', author, summary, detail });
  return commitDecision(context.findings, finding, stored.etag, event);
}

async function isComplete(
  policy: ApprovalPolicy,
  finding: Finding,
  earlier: readonly SignedApproval[],
  author: ApprovalAuthor,
): Promise<boolean> {
  const same = earlier.find(({ statement }) => isSamePerson(statement.author, author));
  if (same)
    throw refused(
      `You approved this plan at ${same.statement.at}. It needs the approval of another person.`,
      'Ask another approver.',
    );
  const authors = [...earlier.map(({ statement }) => statement.author), author];
  if (authors.length < policy.required) return false;
  const problem = await approverProblem(policy, finding, authors);
  if (problem) throw refused(problem, 'Ask another approver.');
  return true;
}

function approvedPlan(
  remediation: Remediation,
  approvals: readonly SignedApproval[],
  complete: boolean,
  { author, comment }: ApprovalRequest,
): Remediation {
  const { attempt: _attempt, outcome: _outcome, decision: _decision, ...plan } = remediation;
  if (!complete) return { ...plan, status: nextState(remediation.status, 'approve-first', 'approver'), approvals };
  const [expiresAt] = approvals.map(({ statement }) => statement.expiresAt).sort();
  const at = approvals.at(-1)?.statement.at ?? '';
  const decision = { author, at, ...(expiresAt && { expiresAt }), ...(comment && { comment }) };
  return { ...plan, status: nextState(remediation.status, 'approve', 'approver'), decision, approvals };
}

function withoutSuppression(finding: Finding, { statement: { at } }: SignedApproval, author: string) {
  const { suppression, ...rest } = finding;
  if (finding.status !== 'suppressed' || !suppression) return { finding, ended: [] };
  const summary = `An approval ended the suppression. ${suppression.author} suppressed the finding until ${suppression.until}: ${suppression.reason}`;
  const event = auditEvent(finding, { at, type: 'suppression-ended', author, summary, detail: { suppression } });
  return { finding: { ...rest, status: 'open' } as const, ended: [event] };
}

function approvedEvent(
  { approvalPolicy: { required } }: DecisionContext,
  finding: Finding,
  signed: SignedApproval,
  { id, planHash, status, approvals = [] }: Remediation,
  { author, comment }: ApprovalRequest,
): AuditEvent {
  const { id: statement, at, expiresAt, author: approver } = signed.statement;
  const summary =
    status === 'approved'
      ? `Approved until ${expiresAt}.`
      : `Approval ${approvals.length} of ${required}, valid until ${expiresAt}. Another approver must approve.`;
  const signature = { statement, keyId: signed.keyId, signatureHash: signatureHash(signed) };
  const detail = {
    remediation: id,
    planHash,
    expiresAt,
    comment: comment ?? null,
    approver: approver.id,
    ...signature,
  };
  return auditEvent(finding, { at, type: 'approved', author, summary, detail });
}
