import { canonicalJson } from '../text/canonical-json.js';

/** What the web app can sign. `kind` prevents that a signature for one purpose serves another. */
export interface Statement {
  readonly kind: 'approval' | 'pause' | 'resume';
}

/** A statement with its signature: ES256 over the SHA-256 of its canonical JSON. */
export interface SignedStatement<T extends Statement> {
  readonly statement: T;
  /** Names the key: its Key Vault address, or the thumbprint of the public key. */
  readonly keyId: string;
  /** Base64url, r and s in 64 bytes (IEEE P1363). */
  readonly signature: string;
}

/** The bytes that are signed. Equal statements have equal bytes, before and after they were stored. */
export function signedBytes(statement: Statement): Buffer {
  return Buffer.from(canonicalJson(statement), 'utf8');
}
