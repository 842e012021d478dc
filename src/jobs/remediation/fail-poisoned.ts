import { isFindingId } from '../../model/finding/finding.js';
import type { Attempt, Remediation } from '../../model/remediation/remediation.js';
import { isStillTried } from '../queues/retry-time.js';
import type { RemediationContext } from './remediation-context.js';
import { RemediationRecord } from './remediation-record.js';
import { attemptMilliseconds, verify } from './verify.js';

/**
 * Processes a poison message of `remediations`. Every writer of the queue can send one, so it is a hint to read the state:
 * - an attempt that can still run is left alone; an older one is verified, which records its outcome;
 * - an approval without an attempt stays approved, and is reported if its message cannot be in the queue any more.
 * @param report takes a sentence for the administrators
 * @returns one line for the log
 * @throws ConsentinelError as `verify`
 */
export async function failPoisoned(
  context: RemediationContext,
  message: unknown,
  report: (sentence: string) => Promise<unknown> = async () => {},
): Promise<string> {
  const { tenantId, findingId, remediationId } = (message ?? {}) as Readonly<Record<string, unknown>>;
  if (!isFindingId(findingId)) return 'The message names no finding.';
  if (tenantId !== undefined && tenantId !== context.tenant.id) return 'The message names another tenant.';
  const stored = await context.findings.finding(context.tenant.id, findingId);
  const remediation = stored?.value.remediation;
  if (!stored || remediation?.id !== remediationId || remediation?.status !== 'approved')
    return 'No plan with this id is approved.';
  if (remediation.attempt) {
    const attempted = { ...remediation, attempt: remediation.attempt };
    return verifyAttempt(context, new RemediationRecord(context, stored), attempted);
  }
  const { at = '', expiresAt = '' } = remediation.decision ?? {};
  if (isStillTried(at, context.clock.now()))
    return `The plan was approved at ${at}. The queue still retries its message. Nothing was changed.`;
  const sentence = `The approved fix of finding ${findingId} did not run: the queue abandoned its message after several attempts. The approval of ${at} is valid until ${expiresAt}. Check the log of the function remediations, then reject the plan and approve it again.`;
  await report(sentence);
  return sentence;
}

async function verifyAttempt(
  context: RemediationContext,
  record: RemediationRecord,
  attempted: Remediation & { readonly attempt: Attempt },
): Promise<string> {
  const age = Date.parse(context.clock.now()) - Date.parse(attempted.attempt.startedAt);
  // Also for an attempt of this process: it can run at this moment.
  if (age < attemptMilliseconds) return 'An attempt is in progress. Nothing was changed.';
  const { status } = await verify(context, record, attempted, undefined);
  return `The last attempt was verified: ${status}.`;
}
