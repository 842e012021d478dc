import { isFindingId } from '../../model/finding/finding.js';
import { recordFailed } from './record-outcome.js';
import type { RemediationContext } from './remediation-context.js';
import { RemediationRecord } from './remediation-record.js';

/**
 * Marks the remediation of a poison message as failed, so that it can be approved again. Any other message changes
 * nothing.
 * @returns one line for the log
 */
export async function failPoisoned(context: RemediationContext, message: unknown): Promise<string> {
  const { findingId, remediationId } = (message ?? {}) as { findingId?: unknown; remediationId?: unknown };
  if (!isFindingId(findingId)) return 'The message names no finding.';
  const stored = await context.findings.finding(context.tenant.id, findingId);
  const remediation = stored?.value.remediation;
  if (!stored || remediation?.id !== remediationId || remediation?.status !== 'approved')
    return 'Nothing is approved under that id.';
  const note =
    'It was tried several times without an outcome. See the log, look at the object in the Entra admin center, then approve again.';
  await recordFailed(new RemediationRecord(context, stored), remediation, note);
  return note;
}
