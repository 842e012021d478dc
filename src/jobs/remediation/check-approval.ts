import { ConsentinelError } from '../../model/errors.js';
import { approvalProblem } from '../../model/finding/approval-problem.js';
import type { Finding } from '../../model/finding/finding.js';
import { undoProblem } from '../../model/finding/undo-problem.js';
import { isExpired, type SignedApproval } from '../../model/remediation/approval.js';
import { unsignedApproval } from '../../model/remediation/needs-new-plan.js';
import type { Remediation } from '../../model/remediation/remediation.js';
import { nextState } from '../../model/remediation/states.js';
import type { StatementVerifier } from '../ports/index.js';
import { approverProblem } from './approval-policy.js';
import { type RemediationOutcome, recordExpired } from './record-outcome.js';
import type { RemediationContext } from './remediation-context.js';
import type { RemediationRecord } from './remediation-record.js';

type CheckContext = Pick<RemediationContext, 'findings' | 'clock' | 'verifier' | 'approvalPolicy'>;

/**
 * Checks the approval of a plan before anything is sent: the signatures, what they are for, their lifetime, their events
 * in the audit trail, the people, and that the finding is not suppressed. Whether an approval was used before is decided
 * by `RemediatorState.reserve`.
 * A claimed plan is checked without a request: the claim was written under the version of the row that was checked before.
 * @param approved a remediation whose status is `approved`
 * @returns the outcome that it has recorded, if the plan must not be executed; undefined if it may
 * @throws ConsentinelError `remediation-disabled` without a public key; errors of Graph and storage
 */
export async function checkApproval(
  context: CheckContext,
  record: RemediationRecord,
  approved: Remediation,
  signal?: AbortSignal,
): Promise<RemediationOutcome | undefined> {
  const { verifier, clock } = context;
  if (!verifier) throw noVerifier();
  const problem = await problemOf({ ...context, verifier }, record.finding, approved, signal);
  if (problem) return refuseApproval(record, approved, problem);
  const expired = approved.approvals?.find((signed) => isExpired(signed, clock.now()));
  return expired && recordExpired(record, withoutAttempt(approved), expired.statement.expiresAt);
}

async function problemOf(
  { findings, clock, verifier, approvalPolicy }: CheckContext & { readonly verifier: StatementVerifier },
  finding: Finding,
  approved: Remediation,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { approvals = [] } = approved;
  if (approvals.length === 0) return unsignedApproval;
  const history = approved.attempt ? undefined : await findings.history(finding);
  for (const signed of approvals) {
    const problem = verifier.rejectionOf(signed) ?? approvalProblem(signed, finding, approved, clock.now(), history);
    if (problem) return `The approval ${signed.statement.id} is not valid. ${problem}`;
  }
  const { undoes } = approved.plan;
  const forged = undoes && history && undoProblem(undoes, history);
  if (forged) return forged;
  const { suppression } = finding;
  if (finding.status === 'suppressed')
    return `The finding is suppressed${suppression ? ` by ${suppression.author} until ${suppression.until}: ${suppression.reason}` : '.'}`;
  const authors = approvals.map(({ statement }) => statement.author);
  if (approved.attempt) return orderProblem(approvals);
  return (await approverProblem(approvalPolicy, finding, authors, signal)) ?? orderProblem(approvals);
}

/**
 * The second approval names the first. The first is used once, so neither can be combined with another approval.
 */
function orderProblem(approvals: readonly SignedApproval[]): string | undefined {
  const inOrder = approvals.every(({ statement }, at) => statement.completes === approvals[at - 1]?.statement.id);
  return inOrder ? undefined : 'The approvals are not for the same plan.';
}

/** Writes the event `refused`, and returns the plan to the approvers. */
async function refuseApproval(
  record: RemediationRecord,
  approved: Remediation,
  problem: string,
): Promise<RemediationOutcome> {
  const outcome = `Not executed. ${problem} Read the plan and decide again.`;
  const { approvals = [], decision: _decision, ...plan } = withoutAttempt(approved);
  const status = nextState(approved.status, 'refuse', 'remediator');
  const detail = { reason: problem, approvals: approvals.map(({ statement, keyId }) => ({ id: statement.id, keyId })) };
  await record.update({ ...plan, status, outcome }, { type: 'refused', summary: outcome, detail });
  return { status: 'refused', finding: record.finding, note: outcome };
}

/** Nothing was sent yet. */
function withoutAttempt({ attempt: _released, ...remediation }: Remediation): Remediation {
  return remediation;
}

function noVerifier(): ConsentinelError {
  return new ConsentinelError(
    'remediation-disabled',
    'APPROVAL_PUBLIC_KEYS is not set. Consentinel cannot verify approvals and executes nothing.',
    'Set APPROVAL_PUBLIC_KEYS to the public key of APPROVAL_SIGNING_KEY. See docs/approve.md.',
  );
}
