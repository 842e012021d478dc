import { pauseSentence } from '../../model/remediation/pause.js';
import type { Remediation } from '../../model/remediation/remediation.js';
import { checkApproval } from './check-approval.js';
import { currentPause } from './pause.js';
import type { RemediationOutcome } from './record-outcome.js';
import type { RemediationContext } from './remediation-context.js';
import type { RemediationRecord } from './remediation-record.js';
import { release } from './reserve.js';

/**
 * Why an approved plan must not be executed now: called before anything is read for it, and again right before its
 * requests are sent.
 * @returns the recorded outcome; undefined if the plan may be executed
 * @throws ConsentinelError `remediation-disabled` without a public key; errors of Graph and storage: then nothing is sent
 */
export async function stopReason(
  context: RemediationContext,
  record: RemediationRecord,
  remediation: Remediation,
  signal?: AbortSignal,
): Promise<RemediationOutcome | undefined> {
  const paused = await currentPause(context);
  if (paused) return release(record, remediation, { note: pauseSentence(paused) });
  return checkApproval(context, record, remediation, signal);
}
