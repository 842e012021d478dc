import type { App, KeyCredential, PasswordCredential, WholeApplication } from '../../model/entra/app.js';
import { hasDocumentedUsage, validityOf } from '../../model/entra/credential.js';
import { isSigningCertificate } from '../../model/entra/signing-certificate.js';
import { appRule } from '../../model/rule/rule.js';

interface Holder {
  keyCredentials: readonly KeyCredential[];
  passwordCredentials: readonly PasswordCredential[];
}

/**
 * A confidential client authenticates with a secret or a certificate. When all of them have expired, it gets no token,
 * neither for itself nor on behalf of a user.
 * Source: Microsoft identity platform, error codes (7000222, the client secret keys are expired; 700027).
 */
export const rule = appRule({
  id: 'require-valid-client-credential',
  title: 'A client that has secrets or certificates has one that has not expired',
  severity: 'medium',
  codes: ['AADSTS7000222', 'AADSTS700027'],
  select: {
    application: ['isFallbackPublicClient', 'keyCredentials', 'passwordCredentials', 'publicClient', 'spa', 'web'],
    servicePrincipal: ['accountEnabled', 'keyCredentials', 'passwordCredentials'],
  },
  undetermined(app, { observedAt }) {
    const { application } = app;
    return application && stateOf(app, observedAt) === 'unclear' ? [{ objectId: application.id, key: '' }] : [];
  },
  check(app, { observedAt }) {
    const { application } = app;
    if (!application || stateOf(app, observedAt) !== 'expired') return [];
    const all = credentialsOf(app).all;
    const lastEndDateTime =
      all
        .map(({ endDateTime }) => endDateTime ?? '')
        .sort()
        .at(-1) ?? null;
    return [
      {
        on: 'application',
        objectId: application.id,
        message: `Every secret and certificate of ${application.displayName} has expired.`,
        evidence: { credentials: all.length, lastEndDateTime },
      },
    ];
  },
});

type ClientApp = App<
  'isFallbackPublicClient' | 'keyCredentials' | 'passwordCredentials' | 'publicClient' | 'spa' | 'web',
  'accountEnabled' | 'keyCredentials' | 'passwordCredentials'
>;

function credentialsOf({ application, servicePrincipal }: ClientApp) {
  const own = application ? clientCredentials(application) : [];
  return { own, all: [...own, ...(servicePrincipal ? clientCredentials(servicePrincipal) : [])] };
}

/** `unclear` where the answer depends on a key whose usage is not documented. */
function stateOf(app: ClientApp, at: string): 'usable' | 'expired' | 'unclear' {
  const { application, servicePrincipal } = app;
  if (!application || servicePrincipal?.accountEnabled === false || isPublicOnly(application)) return 'usable';
  const { own, all } = credentialsOf(app);
  const isExpired = (credential: KeyCredential | PasswordCredential) => validityOf(credential, at) === 'expired';
  const isClear = (credential: KeyCredential | PasswordCredential) =>
    !('usage' in credential) || hasDocumentedUsage(credential);
  if (own.length === 0 || all.some((credential) => isClear(credential) && !isExpired(credential))) return 'usable';
  return all.every(isExpired) && own.some(isClear) ? 'expired' : 'unclear';
}

/** The credentials that authenticate a client: no key for signing or encryption, and no password of a signing key. */
function clientCredentials({ keyCredentials, passwordCredentials }: Holder): (KeyCredential | PasswordCredential)[] {
  const signing = keyCredentials.filter(isSigningCertificate);
  const pairs = new Set(signing.flatMap(({ keyId, customKeyIdentifier }) => [keyId, customKeyIdentifier]));
  return [
    ...keyCredentials.filter(({ usage, ...key }) => !/^(sign|encrypt)$/i.test(usage ?? '') && !isPair(key, pairs)),
    ...passwordCredentials.filter((password) => !isPair(password, pairs)),
  ];
}

function isPair(of: { keyId: string | null; customKeyIdentifier?: string | null }, pairs: Set<string | null>): boolean {
  return [of.keyId, of.customKeyIdentifier].some((name) => name !== null && name !== undefined && pairs.has(name));
}

/** A client that runs only on devices or in browsers needs no secret, so an expired one has no effect. */
function isPublicOnly({ isFallbackPublicClient, publicClient, spa, web }: Partial<WholeApplication>): boolean {
  const has = (client: { redirectUris?: string[] } | null | undefined) => (client?.redirectUris?.length ?? 0) > 0;
  return isFallbackPublicClient === true || (!has(web) && (has(publicClient) || has(spa)));
}
