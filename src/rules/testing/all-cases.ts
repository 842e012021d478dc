import { cases as noAppSpecificKeyOnMiddleTier } from '../no-app-specific-key-on-middle-tier/cases.js';
import { cases as noSymmetricKeyAddition } from '../no-symmetric-key-addition/cases.js';
import { cases as noSymmetricSigningKey } from '../no-symmetric-signing-key/cases.js';
import { cases as requireAppSpecificMetadata } from '../require-app-specific-metadata/cases.js';
import { cases as requireAssignment } from '../require-assignment/cases.js';
import { cases as requireConsentRoute } from '../require-consent-route/cases.js';
import { cases as requireDeclaredPermission } from '../require-declared-permission/cases.js';
import { cases as requireDelegatedPermission } from '../require-delegated-permission/cases.js';
import { cases as requireEnabledServicePrincipal } from '../require-enabled-service-principal/cases.js';
import { cases as requireFreshDirectorySync } from '../require-fresh-directory-sync/cases.js';
import { cases as requireFreshPasswordSync } from '../require-fresh-password-sync/cases.js';
import { cases as requireGrantedPermission } from '../require-granted-permission/cases.js';
import { cases as requireLiveReviewers } from '../require-live-reviewers/cases.js';
import { cases as requireOboClientConsent } from '../require-obo-client-consent/cases.js';
import { cases as requirePasswordExpiryAlignment } from '../require-password-expiry-alignment/cases.js';
import { cases as requirePublishedPermission } from '../require-published-permission/cases.js';
import { cases as requireResourceServicePrincipal } from '../require-resource-service-principal/cases.js';
import { cases as requireServicePrincipal } from '../require-service-principal/cases.js';
import { cases as requireUsableConsentPolicy } from '../require-usable-consent-policy/cases.js';
import { cases as requireValidClientCredential } from '../require-valid-client-credential/cases.js';
import { cases as requireValidSigningCertificate } from '../require-valid-signing-certificate/cases.js';
import type { AppCase, TenantCase } from './cases.js';

/** The cases of every app rule, by rule id. */
export const appCases: Readonly<Record<string, readonly AppCase[]>> = {
  'no-app-specific-key-on-middle-tier': noAppSpecificKeyOnMiddleTier,
  'no-symmetric-signing-key': noSymmetricSigningKey,
  'require-app-specific-metadata': requireAppSpecificMetadata,
  'require-assignment': requireAssignment,
  'require-declared-permission': requireDeclaredPermission,
  'require-delegated-permission': requireDelegatedPermission,
  'require-enabled-service-principal': requireEnabledServicePrincipal,
  'require-granted-permission': requireGrantedPermission,
  'require-obo-client-consent': requireOboClientConsent,
  'require-published-permission': requirePublishedPermission,
  'require-resource-service-principal': requireResourceServicePrincipal,
  'require-service-principal': requireServicePrincipal,
  'require-valid-client-credential': requireValidClientCredential,
  'require-valid-signing-certificate': requireValidSigningCertificate,
};

/** The cases of every tenant rule, by rule id. */
export const tenantCases: Readonly<Record<string, readonly TenantCase[]>> = {
  'no-symmetric-key-addition': noSymmetricKeyAddition,
  'require-consent-route': requireConsentRoute,
  'require-fresh-directory-sync': requireFreshDirectorySync,
  'require-fresh-password-sync': requireFreshPasswordSync,
  'require-live-reviewers': requireLiveReviewers,
  'require-password-expiry-alignment': requirePasswordExpiryAlignment,
  'require-usable-consent-policy': requireUsableConsentPolicy,
};
