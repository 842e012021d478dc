import { validityOf } from '../../model/entra/credential.js';
import { isKnownSignOnMode } from '../../model/entra/sign-on-mode.js';
import {
  certificateInsteadOfEntraKey,
  hasUnclearCertificate,
  type Signer,
  violationsOfKeys,
} from '../../model/entra/signing-certificate.js';
import { appRule } from '../../model/rule/rule.js';
import { exposesScopes, isMiddleTier, isUnclearMiddleTier, type MiddleTier } from '../../model/tenant/middle-tier.js';

/**
 * The tenant's keys cannot validate tokens that are signed with an app's own key: an API must use the metadata with
 * `?appid=`. SAML is left out, because its metadata always belongs to the app. A middle-tier API is left out, because
 * no-app-specific-key-on-middle-tier reports it.
 * Source: Microsoft Learn, "Customize claims", "Access tokens" (validate the signature).
 */
export const rule = appRule({
  id: 'require-app-specific-metadata',
  title: "APIs validate app-signed tokens with that app's metadata",
  problem: 'App-signed tokens need app-specific metadata',
  severity: 'low',
  codes: ['AADSTS50146'],
  select: {
    application: ['api', 'publicClient', 'requiredResourceAccess', 'spa', 'web'],
    servicePrincipal: ['keyCredentials', 'preferredSingleSignOnMode', 'preferredTokenSigningKeyThumbprint'],
  },
  undetermined({ application, servicePrincipal }) {
    if (!application || !servicePrincipal) return [];
    return isUnclear(application, servicePrincipal) ? violationsOfKeys(servicePrincipal) : [];
  },
  check({ appId, application, servicePrincipal }, { observedAt }) {
    if (!application || !servicePrincipal || isMiddleTier(application)) return [];
    if (isUnclear(application, servicePrincipal)) return [];
    const mode = servicePrincipal.preferredSingleSignOnMode?.toLowerCase();
    const certificate = certificateInsteadOfEntraKey(servicePrincipal);
    if (!certificate || validityOf(certificate, observedAt) !== 'valid' || mode === 'saml') return [];
    const { web, spa, publicClient } = application;
    const signsIn = [web, spa, publicClient].some((client) => (client?.redirectUris?.length ?? 0) > 0);
    if (mode !== 'oidc' && !signsIn && !exposesScopes(application)) return [];
    const { keyId = null } = certificate;
    return [
      {
        on: 'servicePrincipal',
        objectId: servicePrincipal.id,
        key: keyId ?? '',
        message: `An app-specific key signs the tokens for ${servicePrincipal.displayName}. APIs must validate them with the metadata of the app (appid=${appId}).`,
        evidence: { keyId, metadata: `/.well-known/openid-configuration?appid=${appId}` },
      },
    ];
  },
});

/** Whether values that are not documented decide. */
function isUnclear(application: MiddleTier, servicePrincipal: Signer & { preferredSingleSignOnMode?: string | null }) {
  return (
    hasUnclearCertificate(servicePrincipal) ||
    isUnclearMiddleTier(application) ||
    !isKnownSignOnMode(servicePrincipal.preferredSingleSignOnMode)
  );
}
