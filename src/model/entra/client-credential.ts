import type { App, Application, KeyCredential, PasswordCredential, ServicePrincipalProperty } from './app.js';
import { hasDocumentedUsage, isOfKind } from './credential.js';
import { isSigningCertificate } from './signing-certificate.js';

/** What holds credentials: an application or a service principal. */
export interface CredentialHolder {
  readonly keyCredentials: readonly KeyCredential[];
  readonly passwordCredentials: readonly PasswordCredential[];
}

export type ClientCredential = KeyCredential | PasswordCredential;

/** The properties of an application that show its credentials, and whether it is a client that needs one. */
export const clientProperties = [
  'isDisabled',
  'isFallbackPublicClient',
  'keyCredentials',
  'passwordCredentials',
  'publicClient',
  'requiredResourceAccess',
  'spa',
  'web',
] as const;

/** The properties of a client's service principal that show its credentials. */
export const clientPrincipalProperties = ['accountEnabled', 'keyCredentials', 'passwordCredentials'] as const;

/** A client with the properties that rules about its credentials read. */
export type ClientApp<S extends ServicePrincipalProperty = never> = App<
  (typeof clientProperties)[number],
  (typeof clientPrincipalProperties)[number] | S
>;

/**
 * The credentials that authenticate a client: no key for signing or encryption, and no password of a signing key. A key of
 * an undocumented usage is among them.
 */
export function clientCredentials({
  keyCredentials,
  passwordCredentials,
}: CredentialHolder): readonly ClientCredential[] {
  // Only a key can have a pair. Most apps have none, and this runs for every app of a tenant.
  if (keyCredentials.length === 0) return passwordCredentials;
  const signing = keyCredentials.filter(isSigningCertificate);
  const pairs = new Set(signing.flatMap(({ keyId, customKeyIdentifier }) => [keyId, customKeyIdentifier]));
  return [
    ...keyCredentials.filter((key) => !/^(sign|encrypt)$/i.test(key.usage ?? '') && !isPair(key, pairs)),
    ...passwordCredentials.filter((password) => !isPair(password, pairs)),
  ];
}

function isPair(of: { keyId: string | null; customKeyIdentifier?: string | null }, pairs: Set<string | null>): boolean {
  return [of.keyId, of.customKeyIdentifier].some((name) => name !== null && name !== undefined && pairs.has(name));
}

/** `unclear` for a key of an undocumented type or usage. */
export type ClientCredentialKind = 'secret' | 'certificate' | 'unclear';

/** Whether a credential of a client is a secret or a certificate. A symmetric key is a secret. */
export function kindOfClientCredential(credential: ClientCredential): ClientCredentialKind {
  if (!('usage' in credential)) return 'secret';
  const isSymmetric = isOfKind(credential, 'symmetric', 'verify');
  if (isSymmetric === null || !hasDocumentedUsage(credential)) return 'unclear';
  return isSymmetric ? 'secret' : 'certificate';
}

/**
 * Whether an application runs only on devices or in browsers. Such a client needs no secret, so an expired one has no
 * effect.
 */
export function isPublicOnly({
  isFallbackPublicClient,
  publicClient,
  spa,
  web,
}: Application<'isFallbackPublicClient' | 'publicClient' | 'spa' | 'web'>): boolean {
  const has = (client: { redirectUris?: string[] } | null | undefined) => (client?.redirectUris?.length ?? 0) > 0;
  return isFallbackPublicClient === true || (!has(web) && (has(publicClient) || has(spa)));
}

/** Whether an app is disabled or deactivated: it gets no token in any case. */
export function isOff({ application, servicePrincipal }: App<'isDisabled', 'accountEnabled'>): boolean {
  return servicePrincipal?.accountEnabled === false || application?.isDisabled === true;
}
