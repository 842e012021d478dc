import { generateKeyPairSync, sign, verify } from 'node:crypto';
import type { StatementSigner, StatementVerifier } from '../../src/jobs/ports/index.js';
import { canonicalJson } from '../../src/model/text/canonical-json.js';

/** A key pair of a test: ES256, as the web app signs. */
export function aSigner(): { readonly signer: StatementSigner; readonly verifier: StatementVerifier } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const encoding = { dsaEncoding: 'ieee-p1363' } as const;
  return {
    signer: {
      async sign(statement) {
        const bytes = sign('sha256', Buffer.from(canonicalJson(statement)), { key: privateKey, ...encoding });
        return { statement, keyId: 'test', signature: bytes.toString('base64url') };
      },
    },
    verifier: {
      rejectionOf({ statement, signature }) {
        const bytes = Buffer.from(signature, 'base64url');
        const isValid = verify('sha256', Buffer.from(canonicalJson(statement)), { key: publicKey, ...encoding }, bytes);
        return isValid ? undefined : 'The signature is not valid.';
      },
    },
  };
}
