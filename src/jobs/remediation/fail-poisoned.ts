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
    return 'Nothing is approved under that id.';
  if (remediation.attempt) {
    const attempted = { ...remediation, attempt: remediation.attempt };
    return verifyAttempt(context, new RemediationRecord(context, stored), attempted);
  }
  const { at = '', expiresAt = '' } = remediation.decision ?? {};
  if (isStillTried(at, context.clock.now()))
    return `It was approved at ${at}: its own message is still tried. Nothing was changed.`;
  const sentence = `The approved fix of finding ${findingId} has not run: its message was abandoned after several tries. The approval of ${at} stays valid until ${expiresAt}. Look at the log of the function remediations; then reject the plan and approve it again.`;
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
  if (age < attemptMilliseconds) return 'An attempt is under way. Nothing was changed.';
  const { status } = await verify(context, record, attempted, undefined);
  return `The last attempt was verified: ${status}.`;
}
