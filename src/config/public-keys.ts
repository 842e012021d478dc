import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';

/** The keys of a setting, and what is wrong with one of them. */
export interface ParsedPublicKeys {
  /** SPKI as PEM. */
  readonly keys: readonly string[];
  /** A sentence that does not contain the value. */
  readonly fault?: string;
}

/**
 * Parses public keys: a JWK or a JWK set as JSON, PEM, or base64 of either or of DER, separated by commas or blanks.
 * Only public EC keys on P-256 are accepted.
 * Source: RFC 7517 (JWK set), RFC 5480 (SPKI of EC keys).
 */
export function parsePublicKeys(text: string): ParsedPublicKeys {
  try {
    const keys = partsOf(text.trim()).flatMap(keysIn).map(pemOf);
    return { keys: [...new Set(keys)] };
  } catch (error) {
    return { keys: [], fault: error instanceof UnusableKey ? error.message : 'A key is not readable.' };
  }
}

class UnusableKey extends Error {}

/** JSON and PEM contain commas and blanks. */
function partsOf(text: string): readonly string[] {
  return /^[{[]|-----BEGIN/.test(text) ? [text] : text.split(/[\s,]+/).filter(Boolean);
}

function keysIn(part: string): KeyObject[] {
  if (part.startsWith('{')) return jwksIn(part);
  if (part.includes('-----BEGIN')) return pemsIn(part);
  const decoded = Buffer.from(part, 'base64');
  const inner = decoded.toString('utf8').trim();
  if (inner.startsWith('{')) return jwksIn(inner);
  if (inner.includes('-----BEGIN')) return pemsIn(inner);
  return [createPublicKey({ key: decoded, format: 'der', type: 'spki' })];
}

function jwksIn(json: string): KeyObject[] {
  const value = JSON.parse(json) as JsonWebKey & { keys?: JsonWebKey[] };
  return (Array.isArray(value.keys) ? value.keys : [value]).map((jwk) => {
    if (jwk.d !== undefined) throw privateKey();
    // Key Vault names the type of a key in a hardware module EC-HSM.
    return createPublicKey({
      key: { ...jwk, kty: jwk.kty === 'EC-HSM' ? 'EC' : jwk.kty } as JsonWebKey,
      format: 'jwk',
    });
  });
}

function pemsIn(text: string): KeyObject[] {
  if (/PRIVATE KEY/.test(text)) throw privateKey();
  const blocks = text.match(/-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g);
  if (!blocks) throw new UnusableKey('The PEM text has no block BEGIN PUBLIC KEY.');
  return blocks.map((block) => createPublicKey(block));
}

function pemOf(key: KeyObject): string {
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new UnusableKey('A key is not an EC key on the curve P-256.');
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

function privateKey(): UnusableKey {
  return new UnusableKey(
    'The setting contains a private key. Never put a private key into a setting. Replace that key.',
  );
}
