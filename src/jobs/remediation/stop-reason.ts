import { pauseSentence } from '../../model/remediation/pause.js';
import type { Remediation } from '../../model/remediation/remediation.js';
import { currentPause } from './pause.js';
import type { RemediationOutcome } from './record-outcome.js';
import type { RemediationContext } from './remediation-context.js';
import type { RemediationRecord } from './remediation-record.js';
import { release } from './reserve.js';

/**
 * Why an approved plan must not be executed now: called before anything is read for it, and again right before its
 * requests are sent. The check of the approval belongs here.
 * @returns the recorded outcome; undefined if the plan may be executed
 * @throws errors of storage: then nothing is sent
 */
export async function stopReason(
  context: RemediationContext,
  record: RemediationRecord,
  remediation: Remediation,
): Promise<RemediationOutcome | undefined> {
  const paused = await currentPause(context);
  return paused && release(record, remediation, { note: pauseSentence(paused) });
}
