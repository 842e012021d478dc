import type { KeyCredential, ServicePrincipal } from './app.js';
import { isOfKind } from './credential.js';
import { endOf } from './expiry.js';
import { isThumbprintOf } from './thumbprint.js';

/** The properties of a service principal that decide on its signing certificate. */
export type Signer = ServicePrincipal<'keyCredentials' | 'preferredTokenSigningKeyThumbprint'>;

/**
 * Whether an entry is the private key of a certificate with which Entra signs an app's tokens, instead of Entra's own
 * keys: a SAML signing certificate or a custom signing key. Entries of type AsymmetricX509Cert hold public keys only.
 * Source: Graph, keyCredential and addTokenSigningCertificate; Entra, "Customize claims", custom signing key.
 */
export function isSigningCertificate(key: Pick<KeyCredential, 'type' | 'usage'>): boolean {
  return isOfKind(key, 'x509certandpassword', 'sign') === true;
}

/** Whether a key of an undocumented type or usage can be the certificate that signs: then it is unknown which one does. */
export function hasUnclearCertificate({ keyCredentials }: Pick<Signer, 'keyCredentials'>): boolean {
  return keyCredentials.some((key) => isOfKind(key, 'x509certandpassword', 'sign') === null);
}

/** The keys of a service principal, as the violations of rules about its certificate name them. */
export function violationsOfKeys({ id, keyCredentials }: Signer): { objectId: string; key: string }[] {
  return keyCredentials.map(({ keyId }) => ({ objectId: id, key: keyId ?? '' }));
}

/**
 * The certificate that signs: the one that `preferredTokenSigningKeyThumbprint` names. Where it names none, the one that
 * expires last, so that an unknown choice is never reported as expired.
 * Source: Graph, servicePrincipal (`preferredTokenSigningKeyThumbprint`), keyCredential (`customKeyIdentifier`).
 */
export function activeSigningCertificate(signer: Signer): KeyCredential | undefined {
  const certificates = signer.keyCredentials.filter(isSigningCertificate);
  if (certificates.length === 0) return undefined;
  const named = namedAmong(certificates, signer);
  return lastToExpire(named.length > 0 ? named : certificates);
}

/**
 * The certificate that signs instead of Entra's own keys. Unlike `activeSigningCertificate`, it is undefined where the
 * thumbprint names no certificate of the service principal: `unused` is written to return to Entra's own keys.
 * Source: as above; MSIdentityTools, `Update-MsIdAADSigningKey -Default`.
 */
export function certificateInsteadOfEntraKey(signer: Signer): KeyCredential | undefined {
  const certificates = signer.keyCredentials.filter(isSigningCertificate);
  if (certificates.length === 0) return undefined;
  return lastToExpire(signer.preferredTokenSigningKeyThumbprint ? namedAmong(certificates, signer) : certificates);
}

function namedAmong(
  certificates: readonly KeyCredential[],
  { preferredTokenSigningKeyThumbprint: preferred }: Signer,
): readonly KeyCredential[] {
  if (!preferred) return [];
  return certificates.filter(
    ({ customKeyIdentifier: identifier }) =>
      identifier?.toLowerCase() === preferred.toLowerCase() || isThumbprintOf(preferred, identifier),
  );
}

function lastToExpire(certificates: readonly KeyCredential[]): KeyCredential | undefined {
  return certificates.reduce<KeyCredential | undefined>(
    (last, next) => (last && endOf(last) >= endOf(next) ? last : next),
    undefined,
  );
}
