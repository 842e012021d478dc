import { type AuditEvent, type AuditEventType, auditEvent } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Remediation } from '../../model/remediation/remediation.js';
import { nextState } from '../../model/remediation/states.js';
import { commitDecision, type DecisionSubject, findingAsSeen, refused } from '../finding/decision.js';
import { type Clock, type FindingStore, type Outbox, queueNames, type Stored } from '../ports/index.js';
import { messageFor } from './message.js';

/** What decisions are made with. */
export interface DecisionContext {
  readonly findings: FindingStore;
  readonly outbox: Outbox;
  readonly clock: Pick<Clock, 'now'>;
  /** Days until an approval expires; the setting APPROVAL_TTL_DAYS. */
  readonly approvalTtlDays: number;
  /** Why nothing can be approved: the tenant is read-only. */
  readonly readOnly?: string;
}

const day = 86_400_000;

/**
 * Approves the plan that the user saw, and sends its id to the queue `remediations`.
 * @throws ConsentinelError `finding-unknown`, `decision-refused`, `decision-conflict`
 */
export async function approve(
  context: DecisionContext,
  subject: DecisionSubject & { readonly comment?: string; readonly acknowledgeWarnings: boolean },
): Promise<Finding> {
  const stored = await findingAsSeen(context.findings, subject);
  const remediation = planOf(stored.value);
  if (context.readOnly) throw refused(context.readOnly);
  const { warnings } = remediation.plan;
  if (remediation.status === 'approved' && !remediation.attempt) {
    // The message of an earlier approval may be lost. A second message is harmless.
    await context.outbox.send(queueNames.remediations, messageFor(stored.value, remediation));
    return stored.value;
  }
  const status = nextState(remediation.status, 'approve', 'approver');
  if (warnings.length > 0 && !subject.acknowledgeWarnings) {
    throw refused(
      `The plan has warnings: ${warnings.join(' ')}`,
      'Read them, and approve with --acknowledge-warnings.',
    );
  }
  const at = context.clock.now();
  const expiresAt = new Date(Date.parse(at) + context.approvalTtlDays * day).toISOString();
  const decision = { author: subject.author, at, expiresAt, ...(subject.comment && { comment: subject.comment }) };
  const { attempt: _attempt, outcome: _outcome, ...plan } = remediation;
  const detail = { remediation: plan.id, planHash: plan.planHash, expiresAt, comment: subject.comment ?? null };
  const approved = { ...plan, status, decision };
  const finding = await decide(context, stored, approved, 'approved', `Approved until ${expiresAt}.`, detail);
  await context.outbox.send(queueNames.remediations, messageFor(finding, approved));
  return finding;
}

/** Rejects the plan that the user saw. @throws as `approve` */
export async function reject(
  context: DecisionContext,
  subject: DecisionSubject & { readonly comment?: string },
): Promise<Finding> {
  const stored = await findingAsSeen(context.findings, subject);
  const remediation = planOf(stored.value);
  if (remediation.attempt && !remediation.outcome) throw refused('The plan is being carried out.');
  const status = nextState(remediation.status, 'reject', 'approver');
  const { comment, author } = subject;
  const decision = { author, at: context.clock.now(), ...(comment && { comment }) };
  const rejected = { ...remediation, status, decision };
  const detail = { remediation: remediation.id, planHash: remediation.planHash, comment: comment ?? null };
  return decide(context, stored, rejected, 'rejected', comment ? `Rejected: ${comment}` : 'Rejected.', detail);
}

function planOf(finding: Finding): Remediation {
  if (finding.status === 'resolved') throw refused('The finding is resolved: there is nothing left to do.');
  if (finding.remediation) return finding.remediation;
  const { manual } = finding;
  throw refused(
    manual ? `There is no plan to decide on. ${manual.reason}` : 'There is no plan to decide on.',
    manual ? `By hand: ${manual.steps.join(' ')}` : 'The rule offers none; its page says how to fix it.',
  );
}

function decide(
  { findings }: DecisionContext,
  stored: Stored<Finding>,
  remediation: Remediation & { readonly decision: NonNullable<Remediation['decision']> },
  type: AuditEventType,
  summary: string,
  detail: AuditEvent['detail'],
): Promise<Finding> {
  const { at, author } = remediation.decision;
  const finding: Finding = { ...stored.value, remediation, changedAt: at };
  const event = auditEvent(finding, { at, type, author, summary, detail });
  return commitDecision(findings, finding, stored.etag, event);
}
