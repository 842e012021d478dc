import type { KeyCredential } from './app.js';

export type Validity = 'valid' | 'expired' | 'not-yet-valid';

/**
 * Whether a key makes the v2.0 endpoint refuse to sign. Type and usage must both match, without regard to case: a SAML
 * signing certificate is X509CertAndPassword/Sign, and a shared secret is Symmetric/Verify.
 * Source: Microsoft Learn, "AADSTS50000: There was an error issuing a token", cause 4.
 */
export function isSymmetricSigningKey({ type, usage }: Pick<KeyCredential, 'type' | 'usage'>): boolean {
  return type?.toLowerCase() === 'symmetric' && usage?.toLowerCase() === 'sign';
}

/** Whether a key is a shared secret that authenticates a client. */
export function isSymmetricVerifyingKey({ type, usage }: Pick<KeyCredential, 'type' | 'usage'>): boolean {
  return type?.toLowerCase() === 'symmetric' && usage?.toLowerCase() === 'verify';
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
