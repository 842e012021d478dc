import { ConsentinelError } from '../../model/errors.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Attempt, Remediation } from '../../model/remediation/remediation.js';
import { recheck } from './recheck.js';
import { type RemediationOutcome, recordApplied, recordFailed } from './record-outcome.js';
import type { RemediationContext } from './remediation-context.js';
import type { RemediationRecord } from './remediation-record.js';

/**
 * An attempt that has no outcome after this time was interrupted: a worker sends and verifies faster, see `Patience`.
 */
export const attemptMilliseconds = 7 * 60_000;

/**
 * Verifies an attempt: reads the object until enough reads in a row agree that the violation is gone. It never sends
 * again.
 * @param lostAnswer the error that left it unknown whether the requests took effect
 * @throws ConsentinelError `remediation-pending` while another worker executes it; errors of Graph or storage
 */
export async function verify(
  context: RemediationContext,
  record: RemediationRecord,
  started: Remediation & { readonly attempt: Attempt },
  signal: AbortSignal | undefined,
  lostAnswer?: string,
): Promise<RemediationOutcome> {
  const { attempt } = started;
  const { patience, clock } = context;
  const own = attempt.owner.startsWith(`${context.owner}:`);
  const age = Date.parse(clock.now()) - Date.parse(attempt.startedAt);
  if (!own && age < attemptMilliseconds) throw pending(record.finding, 'Another worker is carrying it out.');
  let agreed = 0;
  for (let read = 1; read <= patience.reads; read += 1) {
    const now = await recheck(context, record.finding, signal);
    // Replicas lag: one answer may come from a current replica, and the next from an old one.
    agreed = now.violated ? 0 : agreed + 1;
    if (agreed >= patience.agreeing) return recordApplied(record, started);
    if (read < patience.reads) await clock.wait(patience.milliseconds, signal);
  }
  const state = lostAnswer
    ? `Graph's answer was lost (${lostAnswer})`
    : own
      ? 'Graph accepted it'
      : 'The worker that sent it is gone';
  return recordFailed(
    record,
    started,
    `${state}, and the change does not show. Look at the object in the Entra admin center; if the violation is still there, approve again.`,
  );
}

function pending({ id }: Finding, reason: string): ConsentinelError {
  return new ConsentinelError(
    'remediation-pending',
    `The remediation of ${id} has no outcome yet. ${reason}`,
    'The message is delivered again.',
  );
}
