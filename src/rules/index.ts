import type { Rule } from '../model/rule/rule.js';
import { noAppSpecificKeyOnMiddleTier } from './no-app-specific-key-on-middle-tier/rule.js';
import { noSymmetricKeyAddition } from './no-symmetric-key-addition/rule.js';
import { noSymmetricSigningKey } from './no-symmetric-signing-key/rule.js';
import { requireAppSpecificMetadata } from './require-app-specific-metadata/rule.js';
import { requireAssignment } from './require-assignment/rule.js';
import { requireConsentRoute } from './require-consent-route/rule.js';
import { requireDeclaredPermission } from './require-declared-permission/rule.js';
import { requireDelegatedPermission } from './require-delegated-permission/rule.js';
import { requireEnabledServicePrincipal } from './require-enabled-service-principal/rule.js';
import { requireFreshDirectorySync } from './require-fresh-directory-sync/rule.js';
import { requireFreshPasswordSync } from './require-fresh-password-sync/rule.js';
import { requireGrantedPermission } from './require-granted-permission/rule.js';
import { requireLiveReviewers } from './require-live-reviewers/rule.js';
import { requireOboClientConsent } from './require-obo-client-consent/rule.js';
import { requirePasswordExpiryAlignment } from './require-password-expiry-alignment/rule.js';
import { requirePublishedPermission } from './require-published-permission/rule.js';
import { requireResourceServicePrincipal } from './require-resource-service-principal/rule.js';
import { requireServicePrincipal } from './require-service-principal/rule.js';
import { requireUsableConsentPolicy } from './require-usable-consent-policy/rule.js';
import { requireValidClientCredential } from './require-valid-client-credential/rule.js';
import { requireValidSigningCertificate } from './require-valid-signing-certificate/rule.js';

/** Every rule, one sorted line each. */
export const rules: readonly Rule[] = [
  noAppSpecificKeyOnMiddleTier,
  noSymmetricKeyAddition,
  noSymmetricSigningKey,
  requireAppSpecificMetadata,
  requireAssignment,
  requireConsentRoute,
  requireDeclaredPermission,
  requireDelegatedPermission,
  requireEnabledServicePrincipal,
  requireFreshDirectorySync,
  requireFreshPasswordSync,
  requireGrantedPermission,
  requireLiveReviewers,
  requireOboClientConsent,
  requirePasswordExpiryAlignment,
  requirePublishedPermission,
  requireResourceServicePrincipal,
  requireServicePrincipal,
  requireUsableConsentPolicy,
  requireValidClientCredential,
  requireValidSigningCertificate,
];
