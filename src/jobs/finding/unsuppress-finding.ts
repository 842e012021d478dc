import { auditEvent } from '../../model/finding/audit.js';
import { optionalTextLimits } from '../../model/finding/decision-text.js';
import type { Finding } from '../../model/finding/finding.js';
import { withFullStop } from '../../model/text/format.js';
import type { Clock, FindingStore } from '../ports/index.js';
import { commitDecision, type DecisionSubject, findingAsSeen, refused } from './decision.js';
import { enteredText } from './entered-text.js';

/**
 * Ends the suppression of a finding before its date: the finding is open again, with the plan that it had.
 * @param request `reason` is optional, at most 500 characters
 * @throws ConsentinelError `finding-unknown`, `decision-refused` if it is not suppressed, `decision-conflict`
 */
export async function unsuppress(
  context: { readonly findings: FindingStore; readonly clock: Pick<Clock, 'now'> },
  request: DecisionSubject & { readonly reason?: string },
): Promise<Finding> {
  const stored = await findingAsSeen(context.findings, request);
  const { suppression, ...rest } = stored.value;
  if (rest.status !== 'suppressed') {
    throw refused(
      `The finding is ${rest.status}, not suppressed.`,
      'Only the suppression of a suppressed finding can end.',
    );
  }
  const reason = enteredText(request.reason ?? '', 'a reason', optionalTextLimits);
  const at = context.clock.now();
  const { author } = request;
  const finding: Finding = { ...rest, status: 'open', changedAt: at };
  const before = suppression && ` It was suppressed by ${suppression.author} until ${suppression.until}.`;
  const event = auditEvent(finding, {
    at,
    type: 'unsuppressed',
    author,
    summary: `${withFullStop(`Suppression ended${reason && `: ${reason}`}`)}${before ?? ''}`,
    detail: { ...(suppression && { suppression }), ...(reason && { reason }) },
  });
  return commitDecision(context.findings, finding, stored.etag, event);
}
