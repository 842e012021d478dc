import { randomUUID } from 'node:crypto';
import { ConsentinelError } from '../../model/errors.js';
import { reasonLimits } from '../../model/finding/decision-text.js';
import type { ApprovalAuthor } from '../../model/remediation/approval.js';
import { type PauseStatement, pauseState, type SignedPause, type StoredPause } from '../../model/remediation/pause.js';
import { refused } from '../finding/decision.js';
import { enteredText } from '../finding/entered-text.js';
import type { Clock, PauseStore, RemediatorState, StatementSigner, StatementVerifier } from '../ports/index.js';

/** What decides whether remediation is paused. */
export interface PauseContext {
  readonly pauses: PauseStore;
  /** Without one, no signature is valid. */
  readonly verifier?: StatementVerifier | undefined;
  /** Only the remediator and a laptop have it: the memory that a writer of the data tables cannot change. */
  readonly state?: Pick<RemediatorState, 'newestPause' | 'rememberPause'>;
}

/** What a pause is decided with. */
export interface PauseDecisionContext extends PauseContext {
  readonly clock: Pick<Clock, 'now'>;
  readonly signer?: StatementSigner | undefined;
}

/** The author of a pause, and why. */
export interface PauseRequest {
  readonly author: ApprovalAuthor;
  /** 3 to 500 characters. */
  readonly reason: string;
}

/**
 * The pause that counts now; undefined where remediation may run. The remediator remembers the newest valid statement.
 * @throws ConsentinelError if it could not be read: then nothing may be sent
 */
export async function currentPause({ pauses, verifier, state }: PauseContext): Promise<PauseStatement | undefined> {
  const [stored, remembered] = await Promise.all([pauses.latest(), state?.newestPause()]);
  const isValid = (signed: SignedPause) => verifier !== undefined && verifier.rejectionOf(signed) === undefined;
  const { paused, newest } = pauseState(stored, remembered, isValid);
  if (newest && newest !== remembered) await state?.rememberPause(newest);
  return paused;
}

/**
 * Stops every write of the installation. Without a key the statement is stored unsigned, which stops the writes too.
 * @throws ConsentinelError `decision-refused` if it is paused already, or without a reason
 */
export async function pauseRemediation(context: PauseDecisionContext, request: PauseRequest): Promise<PauseStatement> {
  const paused = await currentPause(context);
  if (paused) throw refused(`Remediation is already paused: ${paused.author.name} paused it at ${paused.at}.`);
  const statement = statementOf('pause', context, request);
  const unsigned: StoredPause = { statement };
  const stored = context.signer
    ? await context.signer.sign(statement).catch((error: unknown) => {
        if (error instanceof ConsentinelError && error.code === 'signing-unavailable') return unsigned;
        throw error;
      })
    : unsigned;
  await context.pauses.record(stored);
  return statement;
}

/**
 * Allows writes again.
 * @throws ConsentinelError `decision-refused` if remediation is not paused, or without a reason; `signing-unavailable`
 */
export async function resumeRemediation(context: PauseDecisionContext, request: PauseRequest): Promise<PauseStatement> {
  // Without the remediator's state this process cannot know whether the remediator remembers a pause.
  if (context.state && !(await currentPause(context))) throw refused('Remediation is not paused.');
  if (!context.signer) {
    throw new ConsentinelError(
      'signing-unavailable',
      'This process cannot resume remediation: it has no signing key.',
      'Resume on the review page, or with a command line that can sign approvals.',
    );
  }
  const statement = statementOf('resume', context, request);
  await context.pauses.record(await context.signer.sign(statement));
  return statement;
}

function statementOf(
  kind: PauseStatement['kind'],
  { clock }: PauseDecisionContext,
  { author, reason }: PauseRequest,
): PauseStatement {
  return { kind, id: randomUUID(), author, at: clock.now(), reason: enteredText(reason, 'a reason', reasonLimits) };
}
