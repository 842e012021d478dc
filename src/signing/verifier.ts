import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { StatementVerifier } from '../jobs/ports/index.js';
import { type SignedStatement, type Statement, signedBytes } from '../model/remediation/signed-statement.js';
import { quantity } from '../model/text/format.js';

/** The length of an ES256 signature: r and s, 32 bytes each. Source: RFC 7518, 3.4. */
const signatureBytes = 64;

/**
 * Verifies ES256 signatures with pinned public keys. It makes no request and has no private key.
 * @param publicKeys returns the pinned keys, SPKI as PEM; called for each verification
 * Source: RFC 7518, 3.4 (ES256); node:crypto, `dsaEncoding: 'ieee-p1363'`.
 */
export function createVerifier(publicKeys: () => readonly string[]): StatementVerifier {
  const parsed = new Map<string, KeyObject>();
  const keyOf = (pem: string): KeyObject => {
    const key = parsed.get(pem) ?? createPublicKey(pem);
    parsed.set(pem, key);
    return key;
  };
  return {
    rejectionOf(signed) {
      const keys = publicKeys().map(keyOf);
      if (keys.length === 0) return 'No public key is configured to verify the signature of the approval.';
      return keys.some((key) => isSignedWith(key, signed))
        ? undefined
        : `The signature of the approval matches none of the ${quantity(keys.length, 'pinned public key')}.`;
    },
  };
}

function isSignedWith(key: KeyObject, { statement, signature }: SignedStatement<Statement>): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  // Buffer ignores characters that are not base64url. One signature must have one text.
  if (bytes.length !== signatureBytes || bytes.toString('base64url') !== signature) return false;
  return verify('sha256', signedBytes(statement), { key, dsaEncoding: 'ieee-p1363' }, bytes);
}
