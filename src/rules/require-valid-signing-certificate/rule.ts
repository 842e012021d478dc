import type { App } from '../../model/entra/app.js';
import { daysOfStage, type ExpiryStage, expiryStageOf, isReplaced } from '../../model/entra/expiry.js';
import { isPlatformIdentity } from '../../model/entra/platform-identity.js';
import { isSamlMode } from '../../model/entra/sign-on-mode.js';
import {
  activeSigningCertificate,
  hasUnclearCertificate,
  isSigningCertificate,
  violationsOfKeys,
} from '../../model/entra/signing-certificate.js';
import { appRule } from '../../model/rule/rule.js';
import type { Severity, Violation } from '../../model/rule/violation.js';
import { needsSigningKey } from '../../model/tenant/claims-signing-key.js';
import type { Tenant } from '../../model/tenant/tenant.js';
import { encryptionViolations } from './encryption.js';
import { manualFix } from './manual.js';
import { addInactiveCertificate } from './remedy.js';

/**
 * An app whose tokens are signed with its own certificate needs a valid one: services reject SAML tokens of an expired
 * certificate, and Entra issues no token for an app with a claims-mapping policy unless it has a valid signing key or its
 * application accepts mapped claims. A certificate that nothing uses is left over. The certificate for token encryption
 * belongs to the application; Microsoft does not document what happens when it has expired.
 * Sources: Microsoft Learn, error codes (50146, MissingCustomSigningKey); "Customize claims", security considerations;
 * "Manage federation certificates"; "Configure Microsoft Entra SAML token encryption".
 */
export const rule = appRule({
  id: 'require-valid-signing-certificate',
  title: 'The certificates that sign and encrypt tokens are valid and renewed in time',
  problem: 'Signing or encryption certificate expired or expiring',
  severity: 'high',
  codes: ['AADSTS50146'],
  manualFix,
  remedy: addInactiveCertificate,
  select: {
    application: ['api', 'isDisabled', 'keyCredentials', 'tokenEncryptionKeyId'],
    servicePrincipal: [
      'accountEnabled',
      'appOwnerOrganizationId',
      'keyCredentials',
      'preferredSingleSignOnMode',
      'preferredTokenSigningKeyThumbprint',
      'servicePrincipalType',
    ],
    tenant: ['claimsMappingPolicies'],
  },
  undetermined(app, tenant) {
    const { servicePrincipal } = app;
    if (!servicePrincipal) return [];
    const isPolicyUnknown = needsSigningKey(app, tenant) === null;
    return [
      ...(isPolicyUnknown || hasUnclearCertificate(servicePrincipal) ? violationsOfKeys(servicePrincipal) : []),
      ...(isPolicyUnknown ? [{ objectId: servicePrincipal.id, key: '' }] : []),
    ];
  },
  check(app, tenant) {
    const { application, servicePrincipal } = app;
    if (servicePrincipal?.accountEnabled === false || application?.isDisabled === true) return [];
    return [...signingViolations(app, tenant), ...encryptionViolations(application, tenant.observedAt)];
  },
});

type JudgedApp = App<
  'api' | 'isDisabled' | 'keyCredentials' | 'tokenEncryptionKeyId',
  | 'accountEnabled'
  | 'appOwnerOrganizationId'
  | 'keyCredentials'
  | 'preferredSingleSignOnMode'
  | 'preferredTokenSigningKeyThumbprint'
  | 'servicePrincipalType'
>;
type JudgedTenant = Tenant<'claimsMappingPolicies'>;

function signingViolations(app: JudgedApp, tenant: JudgedTenant): Violation[] {
  const { servicePrincipal } = app;
  if (!servicePrincipal || hasUnclearCertificate(servicePrincipal)) return [];
  const certificate = activeSigningCertificate(servicePrincipal);
  if (!certificate) return missingKey(app, tenant);
  if (isPlatformIdentity(app, tenant)) return [];
  const stage = expiryStageOf(certificate, tenant);
  // A certificate that replaces it is made active when the service knows it: that needs a warning only shortly before.
  if (stage === 'warning' && isReplaced(certificate, servicePrincipal.keyCredentials.filter(isSigningCertificate)))
    return [];
  const severity = stage && severityOf(app, tenant, stage);
  if (!severity) return [];
  const { keyId = null, endDateTime = null } = certificate;
  const { displayName, preferredSingleSignOnMode = null } = servicePrincipal;
  return [
    {
      on: 'servicePrincipal',
      objectId: servicePrincipal.id,
      key: keyId ?? '',
      ...(severity !== 'high' && { severity }),
      message: `The certificate that signs tokens for ${displayName} ${stage === 'expired' ? 'is expired' : `expires within ${daysOfStage(stage, tenant)} days`}.`,
      evidence: {
        keyId,
        endDateTime,
        validity: stage === 'expired' ? 'expired' : 'expires-soon',
        preferredSingleSignOnMode,
      },
    },
  ];
}

/** @returns undefined where it is unknown whether the certificate is used, and for an unused one that has not expired */
function severityOf(app: JudgedApp, tenant: JudgedTenant, stage: ExpiryStage): Severity | undefined {
  const isUsed = isSamlMode(app.servicePrincipal?.preferredSingleSignOnMode) || needsSigningKey(app, tenant);
  if (isUsed) return stage === 'warning' ? 'medium' : 'high';
  return isUsed === false && stage === 'expired' ? 'low' : undefined;
}

/** An app with a claims-mapping policy and without any signing key gets no token. */
function missingKey(app: JudgedApp, tenant: JudgedTenant): Violation[] {
  const { servicePrincipal } = app;
  if (!servicePrincipal || needsSigningKey(app, tenant) !== true) return [];
  return [
    {
      on: 'servicePrincipal',
      objectId: servicePrincipal.id,
      key: '',
      message: `${servicePrincipal.displayName} has a claims-mapping policy, but no signing key, and its application does not accept mapped claims.`,
      evidence: { claimsMappingPolicy: true, acceptMappedClaims: false, signingKeys: 0 },
    },
  ];
}
