import type { KeyCredential } from './app.js';
import { isDocumented, isEnumValue } from './enum-value.js';

type KeyKind = Pick<KeyCredential, 'type' | 'usage'>;

/** Source: Graph, keyCredential; `Encrypt` and `X509CertAndPassword` from the pages on token encryption and addKey. */
const keyTypes = ['symmetric', 'asymmetricx509cert', 'x509certandpassword'];
const keyUsages = ['sign', 'verify', 'encrypt'];

export type Validity = 'valid' | 'expired' | 'not-yet-valid';

/**
 * Whether a key makes the v2.0 endpoint refuse to sign. Type and usage must both match, without regard to case: a SAML
 * signing certificate is X509CertAndPassword/Sign, and a shared secret is Symmetric/Verify.
 * Source: Microsoft Learn, "AADSTS50000: There was an error issuing a token", cause 4.
 */
export function isSymmetricSigningKey(key: KeyKind): boolean {
  return isOfKind(key, 'symmetric', 'sign') === true;
}

/** Whether a type or a usage that is not documented leaves open if a key is a symmetric signing key. */
export function mayBeSymmetricSigningKey(key: KeyKind): boolean {
  return isOfKind(key, 'symmetric', 'sign') === null;
}

/** Whether a key is a shared secret that authenticates a client. */
export function isSymmetricVerifyingKey(key: KeyKind): boolean {
  return isOfKind(key, 'symmetric', 'verify') === true;
}

/** Whether the usage of a key is documented; else it can be for anything. */
export function hasDocumentedUsage({ usage }: KeyKind): boolean {
  return isDocumented(usage, keyUsages);
}

/**
 * Whether a key has a type and a usage.
 * @param type in lower case
 * @param usage in lower case
 * @returns null where a value that is not documented decides
 */
export function isOfKind(key: KeyKind, type: string, usage: string): boolean | null {
  const isType = isEnumValue(key.type, type, keyTypes);
  const isUsage = isEnumValue(key.usage, usage, keyUsages);
  if (isType === false || isUsage === false) return false;
  return isType && isUsage;
}

/**
 * Whether a credential is valid at a time. A missing date sets no limit.
 * @param at ISO 8601
 */
export function validityOf(
  { startDateTime, endDateTime }: Pick<KeyCredential, 'startDateTime' | 'endDateTime'>,
  at: string,
): Validity {
  const now = Date.parse(at);
  if (endDateTime && Date.parse(endDateTime) <= now) return 'expired';
  if (startDateTime && Date.parse(startDateTime) > now) return 'not-yet-valid';
  return 'valid';
}
