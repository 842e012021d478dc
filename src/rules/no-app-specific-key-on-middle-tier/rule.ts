import { validityOf } from '../../model/entra/credential.js';
import { activeSigningCertificate } from '../../model/entra/signing-certificate.js';
import { appRule } from '../../model/rule/rule.js';
import { isMiddleTier } from '../../model/tenant/middle-tier.js';

/**
 * A token that an API exchanges for another on behalf of its user must be signed with Entra's keys: one signed with a key
 * that the app itself controls is not accepted as an assertion. Single sign-on by SAML brings such a key along.
 * Source: Microsoft identity platform, "On-Behalf-Of flow": applications with custom signing keys cannot be middle-tier.
 */
export const rule = appRule({
  id: 'no-app-specific-key-on-middle-tier',
  title: "APIs that act on behalf of users leave signing to Entra's keys",
  severity: 'high',
  codes: ['AADSTS50013'],
  select: {
    application: ['api', 'requiredResourceAccess'],
    servicePrincipal: ['keyCredentials', 'preferredSingleSignOnMode', 'preferredTokenSigningKeyThumbprint'],
  },
  check({ application, servicePrincipal }, { observedAt }) {
    if (!application || !servicePrincipal || !isMiddleTier(application)) return [];
    const certificate = activeSigningCertificate(servicePrincipal);
    if (!certificate || validityOf(certificate, observedAt) !== 'valid') return [];
    const { keyId = null } = certificate;
    const { preferredSingleSignOnMode = null } = servicePrincipal;
    return [
      {
        on: 'servicePrincipal',
        objectId: servicePrincipal.id,
        key: keyId ?? '',
        message: `${servicePrincipal.displayName} acts on behalf of users, which the signing key of its own prevents.`,
        evidence: { keyId, preferredSingleSignOnMode },
      },
    ];
  },
});
