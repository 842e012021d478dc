import type { App, KeyCredential, PasswordCredential, WholeApplication } from '../../model/entra/app.js';
import { hasDocumentedUsage, validityOf } from '../../model/entra/credential.js';
import { isSigningCertificate } from '../../model/entra/signing-certificate.js';
import { appRule } from '../../model/rule/rule.js';
import { isSignInPermission } from '../../model/tenant/middle-tier.js';
import { manualFix } from './manual.js';

interface Holder {
  keyCredentials: readonly KeyCredential[];
  passwordCredentials: readonly PasswordCredential[];
}

/**
 * A confidential client authenticates with a secret, a certificate or a federated identity credential. When all of them
 * have expired, it gets no token, neither for itself nor on behalf of a user. Federated credentials do not expire. A web
 * app that uses id_tokens only needs no credential.
 * Sources: Microsoft identity platform, error codes (7000222, the client secret keys are expired; 700027); Graph,
 * federatedIdentityCredential; "ID tokens" (implicit and hybrid flows).
 */
export const rule = appRule({
  id: 'require-valid-client-credential',
  title: 'A client that has secrets or certificates has one that has not expired',
  severity: 'medium',
  codes: ['AADSTS7000222', 'AADSTS700027'],
  manualFix,
  select: {
    application: [
      'isDisabled',
      'isFallbackPublicClient',
      'keyCredentials',
      'passwordCredentials',
      'publicClient',
      'requiredResourceAccess',
      'spa',
      'web',
    ],
    servicePrincipal: ['accountEnabled', 'keyCredentials', 'passwordCredentials'],
    tenant: ['federatedCredentials'],
  },
  undetermined(app, { observedAt }) {
    const { application } = app;
    return application && stateOf(app, observedAt) === 'unclear' ? [{ objectId: application.id, key: '' }] : [];
  },
  check(app, { observedAt, federatedCredentials }) {
    const { application } = app;
    if (!application || stateOf(app, observedAt) !== 'expired') return [];
    const federated = federatedCredentials.has(application.id);
    if (federated === true) return [];
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
        ...(usesIdTokensOnly(application) && { severity: 'low' as const }),
        message: `Every secret and certificate of ${application.displayName} has expired.`,
        evidence: { credentials: all.length, lastEndDateTime },
        ...(federated !== false && { restsOnAbsenceOf: 'federatedCredential' as const }),
      },
    ];
  },
});

type ClientApp = App<
  | 'isDisabled'
  | 'isFallbackPublicClient'
  | 'keyCredentials'
  | 'passwordCredentials'
  | 'publicClient'
  | 'requiredResourceAccess'
  | 'spa'
  | 'web',
  'accountEnabled' | 'keyCredentials' | 'passwordCredentials'
>;

function credentialsOf({ application, servicePrincipal }: ClientApp) {
  const own = application ? clientCredentials(application) : [];
  return { own, all: [...own, ...(servicePrincipal ? clientCredentials(servicePrincipal) : [])] };
}

/** `unclear` where the answer depends on a key whose usage is not documented. */
function stateOf(app: ClientApp, at: string): 'usable' | 'expired' | 'unclear' {
  const { application } = app;
  if (!application || isOff(app) || isPublicOnly(application)) return 'usable';
  const { own, all } = credentialsOf(app);
  const isExpired = (credential: KeyCredential | PasswordCredential) => validityOf(credential, at) === 'expired';
  const isClear = (credential: KeyCredential | PasswordCredential) =>
    !('usage' in credential) || hasDocumentedUsage(credential);
  if (own.length === 0 || all.some((credential) => isClear(credential) && !isExpired(credential))) return 'usable';
  return all.every(isExpired) && own.some(isClear) ? 'expired' : 'unclear';
}

/** An app that is disabled or deactivated gets no token in any case. */
function isOff({ application, servicePrincipal }: ClientApp): boolean {
  return servicePrincipal?.accountEnabled === false || application?.isDisabled === true;
}

/**
 * Whether an application asks for id_tokens of the authorization endpoint, and requires permissions of a sign-in only.
 * Source: Graph, implicitGrantSettings.
 */
function usesIdTokensOnly({ requiredResourceAccess, web }: NonNullable<ClientApp['application']>): boolean {
  const { enableAccessTokenIssuance, enableIdTokenIssuance } = web?.implicitGrantSettings ?? {};
  const required = (requiredResourceAccess ?? []).flatMap(({ resourceAppId, resourceAccess }) =>
    (resourceAccess ?? []).map(
      ({ id, type }) => type?.toLowerCase() === 'scope' && isSignInPermission(resourceAppId, id),
    ),
  );
  return enableIdTokenIssuance === true && enableAccessTokenIssuance !== true && !required.includes(false);
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
