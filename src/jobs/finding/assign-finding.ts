import { auditEvent } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Clock, FindingStore } from '../ports/index.js';
import { commitDecision, type DecisionSubject, findingAsSeen } from './decision.js';
import { enteredText } from './entered-text.js';

/**
 * Assigns a finding to a person, or to no one. It gives the person no permission. `changedAt` stays as it is, as for a
 * comment.
 * @param request `assignee` is a name or a user principal name of at most 200 characters; empty removes the assignment
 * @throws ConsentinelError `finding-unknown`, `decision-refused`, `decision-conflict`
 */
export async function assign(
  context: { readonly findings: FindingStore; readonly clock: Pick<Clock, 'now'> },
  request: DecisionSubject & { readonly assignee: string },
): Promise<Finding> {
  const { value, etag } = await findingAsSeen(context.findings, request);
  const assignee = enteredText(request.assignee, 'a name', [0, 200]);
  const { assignee: before, ...rest } = value;
  if (assignee === (before ?? '')) return value;
  const finding: Finding = { ...rest, ...(assignee && { assignee }) };
  const event = auditEvent(finding, {
    at: context.clock.now(),
    type: 'assigned',
    author: request.author,
    summary: assignee ? `Assigned to ${assignee}.` : `Assignment to ${before} removed.`,
    detail: { before: before ?? null, after: assignee || null },
  });
  return commitDecision(context.findings, finding, etag, event);
}
