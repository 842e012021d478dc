import { randomUUID } from 'node:crypto';
import { ConsentinelError } from '../../model/errors.js';
import type { Finding } from '../../model/finding/finding.js';
import {
  type ApprovalAuthor,
  type ApprovalStatement,
  isExpired,
  type SignedApproval,
} from '../../model/remediation/approval.js';
import type { Remediation } from '../../model/remediation/remediation.js';
import type { Clock, StatementSigner, StatementVerifier } from '../ports/index.js';

/** What approvals are signed with. */
export interface SigningContext {
  readonly clock: Pick<Clock, 'now'>;
  /** Days until an approval expires; the setting APPROVAL_TTL_DAYS. */
  readonly approvalTtlDays: number;
  /** Signs approvals; undefined if this process must not sign. */
  readonly signer?: StatementSigner;
  /** Verifies that the executor will accept a signature; undefined if no public key is known here. */
  readonly verifier?: StatementVerifier;
}

const day = 86_400_000;

/** The first of two approvals, if it is still valid. The executor verifies all of them again. */
export function validApprovals(
  { verifier, clock }: Pick<SigningContext, 'verifier' | 'clock'>,
  remediation: Remediation,
): readonly SignedApproval[] {
  if (remediation.status !== 'proposed') return [];
  return (remediation.approvals ?? []).filter(
    (signed) =>
      signed.statement.planHash === remediation.planHash &&
      signed.statement.remediationId === remediation.id &&
      !isExpired(signed, clock.now()) &&
      !verifier?.rejectionOf(signed),
  );
}

/**
 * A signed approval of exactly the requests of a plan.
 * @param first the approval that it completes, if two are required
 * @throws ConsentinelError `signing-unavailable` if this process cannot sign, or the executor could not verify it
 */
export async function signedApproval(
  { signer, verifier, clock, approvalTtlDays }: SigningContext,
  { tenantId, id: findingId }: Finding,
  { id: remediationId, planHash, plan: { requests } }: Remediation,
  author: ApprovalAuthor,
  first: SignedApproval | undefined,
): Promise<SignedApproval> {
  if (!signer) throw noSigner();
  const at = clock.now();
  const expiresAt = new Date(Date.parse(at) + approvalTtlDays * day).toISOString();
  const ids = { id: randomUUID(), tenantId, findingId, remediationId };
  const completes = first && { completes: first.statement.id };
  const what = { planHash, requests, ...completes };
  const statement: ApprovalStatement = { kind: 'approval', ...ids, ...what, author, at, expiresAt };
  const signed = await signer.sign(statement);
  const rejection = verifier?.rejectionOf(signed);
  if (rejection)
    throw new ConsentinelError(
      'signing-unavailable',
      `The verification of the new approval (key ${signed.keyId}) failed. ${rejection}`,
      'Add the public key of APPROVAL_SIGNING_KEY to APPROVAL_PUBLIC_KEYS. Nothing was stored.',
    );
  return signed;
}

function noSigner(): ConsentinelError {
  return new ConsentinelError(
    'signing-unavailable',
    'This process cannot sign approvals: APPROVAL_SIGNING_KEY is not set.',
    'Approve on the review page. For the command line, set PUBLIC_URL and WEB_CLIENT_ID.',
  );
}
