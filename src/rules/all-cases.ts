import type { AppCase, TenantCase } from './cases.js';
import { cases as noSymmetricSigningKey } from './no-symmetric-signing-key/cases.js';
import { cases as requireConsentRoute } from './require-consent-route/cases.js';
import { cases as requireServicePrincipal } from './require-service-principal/cases.js';

/** The cases of every app rule, by rule id. */
export const appCases: Readonly<Record<string, readonly AppCase[]>> = {
  'no-symmetric-signing-key': noSymmetricSigningKey,
  'require-service-principal': requireServicePrincipal,
};

/** The cases of every tenant rule, by rule id. */
export const tenantCases: Readonly<Record<string, readonly TenantCase[]>> = {
  'require-consent-route': requireConsentRoute,
};
