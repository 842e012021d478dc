import { ConsentinelError } from '../../model/errors.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Attempt, Remediation } from '../../model/remediation/remediation.js';
import { recheck } from './recheck.js';
import { applied, failed, type RemediationOutcome } from './record-outcome.js';
import type { RemediationContext, RemediationState } from './remediation-record.js';

/** An attempt without an outcome after this long was cut off: longer than a worker sends and looks, see `patience`. */
const attemptMilliseconds = 7 * 60_000;

/**
 * What was sent is settled by reading, with patience for replication, and never by sending again.
 * @param doubt why it is not known whether Graph took it
 * @throws ConsentinelError `remediation-pending` while another worker is at it; whatever Graph or storage did
 */
export async function verify(
  context: RemediationContext,
  state: RemediationState,
  claimed: Remediation,
  attempt: Attempt,
  signal: AbortSignal | undefined,
  doubt?: string,
): Promise<RemediationOutcome> {
  const mine = attempt.owner.startsWith(`${context.owner}:`);
  const age = Date.parse(context.clock.now()) - Date.parse(attempt.startedAt);
  if (!mine && age < attemptMilliseconds) throw pending(state.finding, 'Another worker is carrying it out.');
  let seen = 0;
  for (let look = 1; look <= context.patience.looks; look += 1) {
    const now = await recheck(context, state.finding, signal);
    seen = now.violated ? 0 : seen + 1;
    // Replicas lag: one answer may come from a fresh one and the next from a stale one.
    if (seen >= context.patience.agreeing) return applied(state, claimed, attempt);
    if (look < context.patience.looks) await context.clock.wait(context.patience.milliseconds, signal);
  }
  const words = doubt
    ? `Graph's answer was lost (${doubt})`
    : mine
      ? 'Graph accepted it'
      : 'The worker that sent it is gone';
  return failed(
    state,
    claimed,
    attempt,
    `${words}, and the change does not show. Look at the object in the Entra admin center; if the violation is still there, approve again.`,
  );
}

function pending({ id }: Finding, why: string): ConsentinelError {
  return new ConsentinelError(
    'remediation-pending',
    `The remediation of ${id} has no outcome yet. ${why}`,
    'The message is delivered again.',
  );
}
