import {
  type ClientApp,
  type ClientCredential,
  clientCredentials,
  clientPrincipalProperties,
  clientProperties,
  isOff,
  isPublicOnly,
} from '../../model/entra/client-credential.js';
import { hasDocumentedUsage, validityOf } from '../../model/entra/credential.js';
import { appRule } from '../../model/rule/rule.js';
import { usesIdTokensOnly } from '../../model/tenant/id-tokens-only.js';
import { manualFix } from './manual.js';

/**
 * A confidential client authenticates with a secret, a certificate or a federated identity credential. When all of them
 * have expired, it gets no token, neither for itself nor on behalf of a user. Federated credentials do not expire. A web
 * app that uses id_tokens only needs no credential.
 * Sources: Microsoft identity platform, error codes (7000222, the client secret keys are expired; 700027); Graph,
 * federatedIdentityCredential; "ID tokens" (implicit and hybrid flows).
 */
export const rule = appRule({
  id: 'require-valid-client-credential',
  title: 'A client that has secrets or certificates has at least one that is valid',
  problem: 'All client credentials are expired',
  severity: 'medium',
  codes: ['AADSTS7000222', 'AADSTS700027'],
  manualFix,
  select: {
    application: clientProperties,
    servicePrincipal: clientPrincipalProperties,
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
    const all = allCredentialsOf(app);
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
        message: `Every secret and certificate of ${application.displayName} is expired.`,
        evidence: { credentials: all.length, lastEndDateTime },
        ...(federated !== false && { restsOnAbsenceOf: 'federatedCredential' as const }),
      },
    ];
  },
});

function allCredentialsOf({ application, servicePrincipal }: ClientApp): ClientCredential[] {
  return [application, servicePrincipal].flatMap((holder) => (holder ? clientCredentials(holder) : []));
}

/** `unclear` where the answer depends on a key whose usage is not documented. */
function stateOf(app: ClientApp, at: string): 'usable' | 'expired' | 'unclear' {
  const { application } = app;
  if (!application || isOff(app) || isPublicOnly(application)) return 'usable';
  const isExpired = (credential: ClientCredential) => validityOf(credential, at) === 'expired';
  const isUsable = (credential: ClientCredential) => isClear(credential) && !isExpired(credential);
  const own = clientCredentials(application);
  // Nearly all apps end here, so that the lists of both objects are rarely joined.
  if (own.length === 0 || own.some(isUsable)) return 'usable';
  const all = allCredentialsOf(app);
  if (all.some(isUsable)) return 'usable';
  return all.every(isExpired) && own.some(isClear) ? 'expired' : 'unclear';
}

function isClear(credential: ClientCredential): boolean {
  return !('usage' in credential) || hasDocumentedUsage(credential);
}
