import { auditEvent } from '../../model/finding/audit.js';
import { reasonLimits } from '../../model/finding/decision-text.js';
import type { Finding } from '../../model/finding/finding.js';
import { suppressionEnd, suppressionEndRemedy } from '../../model/finding/suppression-end.js';
import { hasEnded } from '../../model/remediation/states.js';
import type { Clock, FindingStore } from '../ports/index.js';
import { commitDecision, type DecisionSubject, findingAsSeen, refused } from './decision.js';
import { enteredText } from './entered-text.js';

/**
 * Suppresses a finding until a date. The suppression ends early if the evidence changes.
 * @param request `until` is ISO 8601, a date or a time
 * @throws ConsentinelError `finding-unknown`, `decision-refused`, `decision-conflict`
 */
export async function suppress(
  context: { readonly findings: FindingStore; readonly clock: Pick<Clock, 'now'> },
  request: DecisionSubject & { readonly reason: string; readonly until: string },
): Promise<Finding> {
  const stored = await findingAsSeen(context.findings, request);
  const { value } = stored;
  const at = context.clock.now();
  const { author } = request;
  if (value.status === 'resolved') throw refused('The finding is resolved. You can suppress open findings only.');
  if (value.remediation?.status === 'approved') {
    throw refused('Its plan is approved.', 'Reject the plan first, then suppress the finding.');
  }
  const suppression = {
    reason: enteredText(request.reason, 'a reason', reasonLimits),
    author,
    suppressedAt: at,
    until: parseUntil(request.until, at),
  };
  const { remediation } = withoutApprovals(value);
  const finding: Finding = {
    ...value,
    ...(remediation && { remediation }),
    status: 'suppressed',
    suppression,
    changedAt: at,
  };
  const event = auditEvent(value, {
    at,
    type: 'suppressed',
    author,
    summary: `Suppressed until ${suppression.until}: ${suppression.reason}`,
    detail: { suppression, ...(value.suppression && { before: value.suppression }) },
  });
  return commitDecision(context.findings, finding, stored.etag, event);
}

/** A plan that waits for a second approval needs both again after the suppression. */
function withoutApprovals({ remediation }: Finding): Pick<Finding, 'remediation'> {
  if (!remediation || hasEnded(remediation.status)) return remediation ? { remediation } : {};
  const { approvals: _withdrawn, ...plan } = remediation;
  return { remediation: plan };
}

function parseUntil(until: string, now: string): string {
  const end = suppressionEnd(until, now);
  if (end === undefined) throw refused(`${JSON.stringify(until)} is not a date within one year.`, suppressionEndRemedy);
  return end;
}
