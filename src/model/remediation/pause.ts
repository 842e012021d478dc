import { withFullStop } from '../text/format.js';
import type { ApprovalAuthor } from './approval.js';
import type { SignedStatement, Statement } from './signed-statement.js';

/** Where the audit events are that concern all tenants of an installation, in place of a tenant id. */
export const installationName = 'installation';

/** Stops every write of an installation, or allows them again. */
export interface PauseStatement extends Statement {
  readonly kind: 'pause' | 'resume';
  /** Unique. */
  readonly id: string;
  readonly author: ApprovalAuthor;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly reason: string;
}

export type SignedPause = SignedStatement<PauseStatement>;

/** A statement as the data table has it. A writer of the table can store one without a signature. */
export type StoredPause = Pick<SignedPause, 'statement'> & Partial<Pick<SignedPause, 'keyId' | 'signature'>>;

/** What counts: whether remediation is paused, and the newest statement with a valid signature. */
export interface PauseState {
  /** Undefined where remediation is not paused. */
  readonly paused?: PauseStatement;
  readonly newest?: SignedPause;
}

/**
 * Decides whether remediation is paused. Only a newer signed `resume` ends a pause: a writer of the data table can neither
 * sign one nor end a pause by deleting its row. An unsigned pause counts too, because stopping is always safe.
 * @param stored what the data table has
 * @param remembered the newest statement with a valid signature that the remediator has seen
 * @param isValid verifies a signature
 */
export function pauseState(
  stored: StoredPause | undefined,
  remembered: SignedPause | undefined,
  isValid: (signed: SignedPause) => boolean,
): PauseState {
  const verified = isSigned(stored) && isValid(stored) ? stored : undefined;
  const newest = newer(verified, remembered);
  const unsigned = stored && !verified && stored.statement.kind === 'pause' ? stored.statement : undefined;
  const paused = newest?.statement.kind === 'pause' ? newest.statement : unsigned;
  return { ...(paused && { paused }), ...(newest && { newest }) };
}

/** The newer of two statements; a pause where both are of the same time. */
export function newer(a: SignedPause | undefined, b: SignedPause | undefined): SignedPause | undefined {
  if (!a || !b) return a ?? b;
  if (a.statement.at === b.statement.at) return a.statement.kind === 'pause' ? a : b;
  return a.statement.at > b.statement.at ? a : b;
}

function isSigned(stored: StoredPause | undefined): stored is SignedPause {
  return stored?.keyId !== undefined && stored.signature !== undefined;
}

/** One sentence for the reader. */
export function pauseSentence({ author, at, reason }: PauseStatement): string {
  return `${author.name} paused remediation at ${at}: ${withFullStop(reason)}`;
}
