import { validityOf } from '../../model/entra/credential.js';
import { isKnownSignOnMode, isSamlMode } from '../../model/entra/sign-on-mode.js';
import {
  certificateInsteadOfEntraKey,
  hasUnclearCertificate,
  violationsOfKeys,
} from '../../model/entra/signing-certificate.js';
import { appRule } from '../../model/rule/rule.js';
import { isMiddleTier, isUnclearMiddleTier } from '../../model/tenant/middle-tier.js';
import { manualFix } from './manual.js';

/**
 * A middle-tier API exchanges the token of its user for another token. Entra accepts only tokens that are signed with
 * Entra's keys: a token signed with the app's own key is rejected as an assertion. Apps for SAML single sign-on are left
 * out: SAML requires such a key, and older registrations of them expose a permission that no client uses.
 * Source: Microsoft identity platform, "On-Behalf-Of flow": applications with custom signing keys cannot be middle-tier.
 */
export const rule = appRule({
  id: 'no-app-specific-key-on-middle-tier',
  title: 'APIs that use the On-Behalf-Of flow have no app-specific signing key',
  problem: 'On-Behalf-Of API with an app-specific signing key',
  severity: 'high',
  codes: ['AADSTS50013'],
  manualFix,
  select: {
    application: ['api', 'requiredResourceAccess'],
    servicePrincipal: ['keyCredentials', 'preferredSingleSignOnMode', 'preferredTokenSigningKeyThumbprint'],
  },
  undetermined({ application, servicePrincipal }) {
    if (!application || !servicePrincipal || isSamlMode(servicePrincipal.preferredSingleSignOnMode)) return [];
    const isUnclear =
      hasUnclearCertificate(servicePrincipal) ||
      isUnclearMiddleTier(application) ||
      (isMiddleTier(application) && !isKnownSignOnMode(servicePrincipal.preferredSingleSignOnMode));
    return isUnclear ? violationsOfKeys(servicePrincipal) : [];
  },
  check({ application, servicePrincipal }, { observedAt }) {
    if (!application || !servicePrincipal || !isMiddleTier(application)) return [];
    if (hasUnclearCertificate(servicePrincipal)) return [];
    const certificate = certificateInsteadOfEntraKey(servicePrincipal);
    if (!certificate || validityOf(certificate, observedAt) !== 'valid') return [];
    const { keyId = null } = certificate;
    const { preferredSingleSignOnMode = null } = servicePrincipal;
    if (isSamlMode(preferredSingleSignOnMode) || !isKnownSignOnMode(preferredSingleSignOnMode)) return [];
    return [
      {
        on: 'servicePrincipal',
        objectId: servicePrincipal.id,
        key: keyId ?? '',
        message: `${servicePrincipal.displayName} uses the On-Behalf-Of flow, but its app-specific signing key breaks that flow.`,
        evidence: { keyId, preferredSingleSignOnMode },
      },
    ];
  },
});
