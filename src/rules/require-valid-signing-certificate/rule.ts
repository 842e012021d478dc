import { validityOf } from '../../model/entra/credential.js';
import { isFirstParty } from '../../model/entra/first-party.js';
import {
  activeSigningCertificate,
  hasUnclearCertificate,
  violationsOfKeys,
} from '../../model/entra/signing-certificate.js';
import { appRule } from '../../model/rule/rule.js';

const warnDays = 30;

/**
 * An app whose tokens are signed with its own certificate needs a valid one: Entra does not sign with an expired custom
 * key, and services reject SAML tokens of an expired certificate.
 * Source: Microsoft Learn, error codes (50146, MissingCustomSigningKey); "Manage federation certificates".
 */
export const rule = appRule({
  id: 'require-valid-signing-certificate',
  title: 'The certificate that signs tokens for an app is valid for another 30 days',
  severity: 'high',
  codes: ['AADSTS50146'],
  select: {
    servicePrincipal: [
      'accountEnabled',
      'appOwnerOrganizationId',
      'keyCredentials',
      'preferredSingleSignOnMode',
      'preferredTokenSigningKeyThumbprint',
    ],
  },
  undetermined: ({ servicePrincipal }) =>
    servicePrincipal && hasUnclearCertificate(servicePrincipal) ? violationsOfKeys(servicePrincipal) : [],
  check({ servicePrincipal }, { id: tenantId, observedAt, firstParty }) {
    if (!servicePrincipal || servicePrincipal.accountEnabled === false) return [];
    if (hasUnclearCertificate(servicePrincipal)) return [];
    const certificate = activeSigningCertificate(servicePrincipal);
    if (!certificate || isFirstParty(servicePrincipal, tenantId, firstParty)) return [];
    const { keyId = null, endDateTime = null } = certificate;
    const soon = new Date(Date.parse(observedAt) + warnDays * 86_400_000).toISOString();
    if (validityOf(certificate, soon) !== 'expired') return [];
    const expired = validityOf(certificate, observedAt) === 'expired';
    const { displayName, preferredSingleSignOnMode = null } = servicePrincipal;
    return [
      {
        on: 'servicePrincipal',
        objectId: servicePrincipal.id,
        key: keyId ?? '',
        ...(!expired && { severity: 'medium' as const }),
        message: `The certificate that signs tokens for ${displayName} ${expired ? 'has expired' : `expires within ${warnDays} days`}.`,
        evidence: { keyId, endDateTime, validity: expired ? 'expired' : 'expires-soon', preferredSingleSignOnMode },
      },
    ];
  },
});
