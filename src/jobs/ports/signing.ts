import type { SignedStatement, Statement } from '../../model/remediation/signed-statement.js';

/** Signs decisions. Only the web app and the command line on a laptop have one. */
export interface StatementSigner {
  /** @throws ConsentinelError `signing-unavailable` if the key cannot be used */
  sign<T extends Statement>(statement: T, signal?: AbortSignal): Promise<SignedStatement<T>>;
}

/** Verifies signatures with pinned public keys; makes no request. */
export interface StatementVerifier {
  /** Why the signature is not valid; undefined if it is. */
  rejectionOf(signed: SignedStatement<Statement>): string | undefined;
}
