import { auditEvent } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Clock, FindingStore } from '../ports/index.js';
import { commitDecision, type DecisionSubject, findingAsSeen } from './decision.js';
import { enteredText } from './entered-text.js';

/**
 * Adds a comment to the history of a finding. State and plan stay as they are. `changedAt` stays too: a scan that began
 * before the comment must still be able to change the finding.
 * @param request `comment` has 1 to 1,000 characters
 * @throws ConsentinelError `finding-unknown`, `decision-refused`, `decision-conflict`
 */
export async function commentOn(
  context: { readonly findings: FindingStore; readonly clock: Pick<Clock, 'now'> },
  request: DecisionSubject & { readonly comment: string },
): Promise<Finding> {
  const { value, etag } = await findingAsSeen(context.findings, request);
  const summary = enteredText(request.comment, 'a comment', [1, 1000]);
  const { author } = request;
  const event = auditEvent(value, { at: context.clock.now(), type: 'commented', author, summary, detail: {} });
  return commitDecision(context.findings, value, etag, event);
}
