import type { GraphWrite } from '../remediation/graph-write.js';
import { type AttemptState, leftBehind, type Undoes } from '../remediation/undo-state.js';
import { canonicalJson } from '../text/canonical-json.js';
import type { AuditEvent } from './audit.js';

/**
 * Why an undo must not be proposed or executed: its values are not those that the audit trail recorded when the
 * remediation ran, so something else than this program changed the row. Undefined if they are.
 * @param history the audit events of the finding, oldest first
 */
export function undoProblem(
  { remediationId, before, left }: Undoes,
  history: readonly AuditEvent[],
): string | undefined {
  const eventOf = (type: AuditEvent['type']) =>
    history.findLast((event) => event.type === type && event.detail.remediation === remediationId)?.detail;
  const [started, applied] = [eventOf('started'), eventOf('applied')];
  const [request] = (started?.requests ?? []) as readonly GraphWrite[];
  const state = applied?.state as AttemptState | undefined;
  if (!request?.body || !state?.before)
    return `The audit trail does not have the execution of the remediation ${remediationId}, with the values before it.`;
  const recorded = canonicalJson([state.before, leftBehind(request, state.after)]);
  return recorded === canonicalJson([before, left])
    ? undefined
    : 'The values of the undo differ from the values that the audit trail recorded. Another program changed the table.';
}
