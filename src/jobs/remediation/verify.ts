import { ConsentinelError } from '../../model/errors.js';
import { attemptBehind } from '../../model/remediation/execution.js';
import type { Attempt, Remediation } from '../../model/remediation/remediation.js';
import type { Clock } from '../ports/index.js';
import { prepareRecheck, type Recheck } from './recheck.js';
import { type RemediationOutcome, recordApplied, recordFailed, recordUnneeded } from './record-outcome.js';
import { type Patience, type RemediationContext, waitsOf } from './remediation-context.js';
import type { RemediationRecord } from './remediation-record.js';

/**
 * An attempt that has no outcome after this time was interrupted: a worker sends and verifies faster, see `Patience` and
 * `sendMilliseconds`.
 */
export const attemptMilliseconds = 7 * 60_000;

/** Another worker executes the plan, or was interrupted less than seven minutes ago. */
export class PendingAttempt extends ConsentinelError {
  /** @param until when this worker may verify the attempt, ISO 8601 UTC */
  constructor(
    findingId: string,
    readonly until: string,
  ) {
    super(
      'remediation-pending',
      `Another worker executes the remediation of ${findingId}. Without an outcome at ${until}, the next worker verifies it.`,
      'The queue delivers the message again.',
    );
  }
}

/** The result of several reads. */
export type Observed =
  | { readonly result: 'gone'; readonly because: 'complies' | 'object-gone' }
  | { readonly result: 'violated' }
  /** The reads do not agree. */
  | { readonly result: 'unknown' };

/**
 * Verifies an attempt: reads the object until enough reads in a row agree that the violation is gone. It sends nothing.
 * @param lostAnswer the error that left it unknown whether the requests took effect
 * @throws PendingAttempt while another worker executes it; errors of Graph or storage
 */
export async function verify(
  context: RemediationContext,
  record: RemediationRecord,
  started: Remediation & { readonly attempt: Attempt },
  signal: AbortSignal | undefined,
  lostAnswer?: string,
): Promise<RemediationOutcome> {
  const own = started.attempt.owner.startsWith(`${context.owner}:`);
  const until = Date.parse(started.attempt.startedAt) + attemptMilliseconds;
  if (!own && Date.parse(context.clock.now()) < until)
    throw new PendingAttempt(record.finding.id, new Date(until).toISOString());
  const seen = new Set(started.attempt.keyIds);
  const read = prepareRecheck(context, record.finding);
  const observed = await untilGone(context, withKeys(read, seen), signal);
  const { attempt: before } = started;
  const after = observed?.state;
  const attempt = {
    ...before,
    ...(before.keyIds && { keyIds: [...seen] }),
    ...(before.state && after && { state: { ...before.state, after } }),
  };
  if (observed && attemptBehind({ attempt }, observed.because))
    return recordApplied(record, { ...started, attempt }, observed.because);
  if (observed) return recordUnneeded(record, { ...started, attempt }, observed.because);
  const state = lostAnswer
    ? `Graph's answer was lost (${lostAnswer})`
    : own
      ? 'Graph accepted the request'
      : 'The worker stopped after it sent the request';
  await context.state.recordFailure(record.finding.tenantId, context.clock.now());
  return recordFailed(
    record,
    { ...started, attempt },
    `${state}, but the change is not visible. Check the object in the Entra admin center. If the violation still exists, approve again.`,
  );
}

/** Reads until enough reads in a row agree that the violation is gone; undefined if the patience ends first. */
export async function untilGone(
  { patience, clock }: { readonly patience: Patience; readonly clock: Clock },
  recheck: Recheck,
  signal: AbortSignal | undefined,
) {
  let agreed = 0;
  for (const wait of waitsOf(patience)) {
    await clock.wait(wait, signal);
    const now = await recheck.read(signal);
    // Replicas lag: one answer may come from a current replica, and the next from an old one.
    agreed = now.violated ? 0 : agreed + 1;
    if (!now.violated && agreed >= patience.agreeing) return now;
  }
  return undefined;
}

/**
 * Reads until enough reads in a row agree, at most twice as often: whether the violation is gone, or the object is what it
 * was before the request.
 */
export async function observe(
  { patience, clock }: Pick<RemediationContext, 'patience' | 'clock'>,
  recheck: Recheck,
  signal: AbortSignal | undefined,
): Promise<Observed> {
  const { agreeing } = patience;
  let gone = 0;
  let unchanged = 0;
  let reads = 0;
  for (const wait of waitsOf(patience)) {
    if (reads++ === 2 * agreeing) break;
    await clock.wait(wait, signal);
    const now = await recheck.read(signal);
    [gone, unchanged] = now.violated ? [0, unchanged + 1] : [gone + 1, 0];
    if (!now.violated && gone >= agreeing) return { result: 'gone', because: now.because };
    if (now.violated && unchanged >= agreeing) return { result: 'violated' };
  }
  return { result: 'unknown' };
}

/** A recheck that adds the key ids of each read to a set: an old replica may show a key that the request removed. */
function withKeys(recheck: Recheck, seen: Set<string>): Recheck {
  return {
    async read(signal) {
      const now = await recheck.read(signal);
      for (const keyId of now.keyIds ?? []) seen.add(keyId);
      return now;
    },
  };
}
