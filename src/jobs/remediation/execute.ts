import { randomUUID } from 'node:crypto';
import { codeOf, explain } from '../../model/errors.js';
import { type Attempt, type Plan, planHash, type Remediation } from '../../model/remediation/remediation.js';
import { recheck } from './recheck.js';
import { expired, failed, type RemediationOutcome, stale, unneeded } from './record-outcome.js';
import type { RemediationContext, RemediationState } from './remediation-record.js';
import { verify } from './verify.js';

/**
 * Carries out an approved plan that nobody has begun: claims it, sends its requests once and settles the attempt.
 * @throws ConsentinelError whatever Graph or storage did before anything was sent
 */
export async function execute(
  context: RemediationContext,
  state: RemediationState,
  approved: Remediation,
  signal: AbortSignal | undefined,
): Promise<RemediationOutcome> {
  const { expiresAt = '' } = approved.decision ?? {};
  if (expiresAt <= context.clock.now()) return expired(state, approved, expiresAt);
  const first = await planAnew(context, state, approved, signal);
  if ('ended' in first) return first.ended;

  // From here on the claim in the table keeps every other worker, and this one after a crash, from sending again.
  // Each attempt has a name of its own: two deliveries to one process must not take each other's claim for their own.
  const owner = `${context.owner}:${randomUUID().slice(0, 8)}`;
  const attempt: Attempt = { owner, startedAt: context.clock.now(), requestIds: [] };
  const claimed = { ...approved, attempt };
  await state.become(claimed, 'started', `Sending ${first.plan.requests.length} request(s) to Graph.`, {
    owner: context.owner,
  });
  // Graph has no etags for these objects: the last look is the only guard, so nothing comes between it and the request.
  const last = await planAnew(context, state, approved, signal);
  if ('ended' in last) return last.ended;
  return send(context, state, claimed, last.plan, signal);
}

/** Reads the object afresh: the plan is still the approved one, or the remediation has ended. */
async function planAnew(
  context: RemediationContext,
  state: RemediationState,
  approved: Remediation,
  signal: AbortSignal | undefined,
): Promise<{ readonly plan: Plan } | { readonly ended: RemediationOutcome }> {
  const now = await recheck(context, state.finding, signal);
  if (!now.violated) return { ended: await unneeded(state, approved, now.because) };
  const { remedy } = now;
  if (!remedy || 'manual' in remedy || planHash(remedy.plan) !== approved.planHash)
    return { ended: await stale(context, state, approved, remedy) };
  return remedy;
}

async function send(
  context: RemediationContext,
  state: RemediationState,
  claimed: Remediation & { readonly attempt: Attempt },
  { requests }: Plan,
  signal: AbortSignal | undefined,
): Promise<RemediationOutcome> {
  const requestIds: string[] = [];
  const attempt: Attempt = { ...claimed.attempt, requestIds };
  try {
    for (const request of requests) {
      const requestId = await context.remediator?.send(request, signal);
      if (requestId) requestIds.push(requestId);
    }
  } catch (error) {
    if (mayHaveTakenEffect(error)) return verify(context, state, claimed, attempt, signal, explain(error));
    return failed(state, claimed, attempt, explain(error));
  }
  return verify(context, state, claimed, attempt, signal);
}

/** No answer is not a refusal. Anything but Graph's own word, and what kept the request from going out, is no answer. */
function mayHaveTakenEffect(error: unknown): boolean {
  return !/^(graph-rejected|permission-missing|credential-missing|credential-rejected|config-invalid)$/.test(
    codeOf(error),
  );
}
