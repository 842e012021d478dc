import type { WholeServicePrincipal } from '../../../src/model/entra/app.js';
import { aScope, aUserAssignment, foreignApi } from '../../../src/rules/testing/case-apis.js';
import { aKey, anApp, aPassword, aSamlSigningCertificate, guidOf } from '../../../src/rules/testing/cases.js';
import { type SpecialObject, special } from './special-object.js';

const expired = { startDateTime: '2022-03-01T00:00:00Z', endDateTime: '2024-03-01T00:00:00Z' };
const expiring = { startDateTime: '2024-12-10T00:00:00Z', endDateTime: '2026-12-10T00:00:00Z' };
const multi = 'https://learn.microsoft.com/entra/identity-platform/howto-convert-app-to-be-multi-tenant';
const saml = 'https://learn.microsoft.com/entra/identity/enterprise-apps/add-application-portal-setup-sso';
const disable = 'https://learn.microsoft.com/entra/identity/enterprise-apps/disable-user-sign-in-portal';

const foreign = (displayName: string, servicePrincipal: Partial<WholeServicePrincipal> = {}) => ({
  app: foreignApi(displayName, servicePrincipal),
});
const certificate = (name: string, members = {}) => ({
  preferredSingleSignOnMode: 'saml',
  keyCredentials: aSamlSigningCertificate(name).keyCredentials.map((key) => ({ ...key, ...members })),
  passwordCredentials: aSamlSigningCertificate(name).passwordCredentials,
});
/** As Graph returns them: the identifiers in base64, the thumbprint in lower-case digits. */
const renewed = (oldName: string, newName: string, active: string) => ({
  preferredSingleSignOnMode: 'saml',
  keyCredentials: [...certificate(oldName, expired).keyCredentials, ...certificate(newName).keyCredentials].map(
    (key) => ({
      ...key,
      customKeyIdentifier: Buffer.from(key.customKeyIdentifier ?? '', 'hex').toString('base64'),
    }),
  ),
  preferredTokenSigningKeyThumbprint: aKey(active).customKeyIdentifier?.toLowerCase() ?? null,
});
const assigned = foreignApi('Foreign Wiki Cloud', { appRoleAssignmentRequired: true });

/** Apps of other tenants, and apps of the gallery, which are registered in this tenant. */
export const foreignObjects: readonly SpecialObject[] = [
  special('foreign multi-tenant', 'an app with consent', multi, foreign('Foreign CRM Cloud')),
  special('foreign multi-tenant', 'an app that publishes permissions', multi, {
    ...foreign('Foreign Storage', { oauth2PermissionScopes: [aScope('Files.Read')] }),
  }),
  special('foreign multi-tenant', 'an app with an expired certificate of its own', multi, {
    ...foreign('Foreign Backup', { keyCredentials: [aKey('foreign backup', expired)] }),
  }),
  special(
    'foreign multi-tenant',
    'an app with an expiring secret of this tenant',
    multi,
    foreign('Foreign Payroll', { passwordCredentials: [aPassword('foreign payroll', expiring)] }),
    { 'require-renewed-credential': 'medium' },
  ),
  special('foreign multi-tenant', 'an app with a claims-mapping policy', multi, {
    ...foreign('Foreign HR', { claimsMappingPolicies: [{ id: guidOf('foreign policy') }] }),
  }),
  special('foreign multi-tenant', 'an app that requires assignment and has one', multi, {
    app: assigned,
    assignments: [aUserAssignment(assigned)],
  }),
  special(
    'foreign multi-tenant',
    'an app that requires assignment and has none',
    multi,
    foreign('Foreign Board', {
      appRoleAssignmentRequired: true,
    }),
    { 'require-assignment': 'medium' },
  ),
  special('foreign multi-tenant', 'an app of an external owner without a known tenant', multi, {
    ...foreign('Foreign Unknown', { appOwnerOrganizationId: null }),
  }),
  special('disabled', 'an app of another tenant', disable, foreign('Foreign Survey', { accountEnabled: false }), {
    'require-enabled-service-principal': 'medium',
  }),
  special('SAML gallery', 'an app with a valid certificate', saml, {
    app: anApp('Gallery HR (SAML)', { servicePrincipal: certificate('gallery hr') }),
  }),
  special(
    'SAML gallery',
    'an app whose only certificate has expired',
    saml,
    {
      app: anApp('Gallery Travel (SAML)', { servicePrincipal: certificate('gallery travel', expired) }),
    },
    { 'require-valid-signing-certificate': 'high' },
  ),
  special(
    'SAML gallery',
    'an app whose expired certificate is active beside a new one',
    saml,
    {
      app: anApp('Gallery Expense (SAML)', { servicePrincipal: renewed('expense old', 'expense new', 'expense old') }),
    },
    { 'require-valid-signing-certificate': 'high' },
  ),
  special(
    'SAML gallery',
    'an app whose only certificate expires within 30 days',
    saml,
    { app: anApp('Gallery Fleet (SAML)', { servicePrincipal: certificate('gallery fleet', expiring) }) },
    { 'require-valid-signing-certificate': 'medium' },
  ),
  special(
    'SAML gallery',
    'a former SAML app with an expiring certificate',
    saml,
    {
      app: anApp('Gallery Rest (SAML)', {
        servicePrincipal: { ...certificate('gallery rest', expiring), preferredSingleSignOnMode: 'oidc' },
      }),
    },
    { 'require-app-specific-metadata': 'low' },
  ),
  special('SAML gallery', 'an app whose new certificate is active', saml, {
    app: anApp('Gallery Learning (SAML)', { servicePrincipal: renewed('learn old', 'learn new', 'learn new') }),
  }),
  special('SAML gallery', 'an app of the gallery that is registered in another tenant', saml, {
    ...foreign('Gallery Chat (SAML)', certificate('gallery chat')),
  }),
  special('SAML gallery', 'an app with redirect URIs and no declared permission', saml, {
    app: anApp('Gallery Portal (SAML)', {
      application: { web: { redirectUris: ['https://sso.gallery.example/acs'] } },
      servicePrincipal: certificate('gallery portal'),
    }),
  }),
  special('SAML gallery', 'an older app that exposes user_impersonation', saml, {
    app: anApp('Older Gallery (SAML)', {
      application: { api: { oauth2PermissionScopes: [aScope('user_impersonation')] } },
      servicePrincipal: certificate('older gallery'),
    }),
  }),
  special(
    'SAML gallery',
    'a disabled app whose certificate has expired',
    saml,
    {
      app: anApp('Retired Gallery (SAML)', {
        servicePrincipal: { ...certificate('retired', expired), accountEnabled: false },
      }),
    },
    { 'require-enabled-service-principal': 'medium' },
  ),
  special('SAML gallery', 'a claims policy changes its SAML tokens', saml, {
    app: anApp('Gallery Claims (SAML)', {
      servicePrincipal: { ...certificate('gallery claims'), claimsMappingPolicies: [{ id: guidOf('saml policy') }] },
    }),
  }),
  special(
    'SAML gallery',
    'a former SAML app has an expired certificate',
    saml,
    {
      app: anApp('Former Gallery', {
        servicePrincipal: { ...certificate('former gallery', expired), preferredSingleSignOnMode: 'oidc' },
      }),
    },
    { 'require-valid-signing-certificate': 'low' },
  ),
  special('SAML gallery', 'an app for password sign-on', saml, {
    app: anApp('Password Vault App', {
      application: { web: { redirectUris: ['https://vault.example/login'] } },
      servicePrincipal: { preferredSingleSignOnMode: 'password' },
    }),
  }),
  special('SAML gallery', 'a link without sign-on', saml, {
    app: anApp('Linked Intranet', { servicePrincipal: { preferredSingleSignOnMode: 'notSupported' } }),
  }),
  special('SAML gallery', 'an app with an encryption certificate', saml, {
    app: anApp('Sealed Gallery (SAML)', {
      application: {
        keyCredentials: [aKey('sealed gallery', { usage: 'Encrypt' })],
        tokenEncryptionKeyId: guidOf('key sealed gallery'),
      },
      servicePrincipal: certificate('sealed gallery sign'),
    }),
  }),
];
