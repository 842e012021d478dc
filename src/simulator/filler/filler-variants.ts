import type { JsonObject } from '../protocol/json.js';

/** Certificates have a `key`, so that tests find a client that stores it. It is not a real certificate. */
const certificateKey = Buffer.from('a filler certificate, public part').toString('base64');

const certificate: JsonObject = {
  customKeyIdentifier: '{{thumbprint}}',
  displayName: 'CN=filler-{{number}}',
  endDateTime: '2031-05-31T23:59:59Z',
  key: certificateKey,
  keyId: '{{firstKeyId}}',
  startDateTime: '{{created}}',
  type: 'AsymmetricX509Cert',
  usage: 'Verify',
};
const password: JsonObject = {
  customKeyIdentifier: null,
  displayName: 'client secret',
  endDateTime: '2031-05-31T23:59:59Z',
  hint: 'fil',
  keyId: '{{secondKeyId}}',
  secretText: null,
  startDateTime: '{{created}}',
};
/** A SAML signing certificate has three entries. Source: addTokenSigningCertificate. */
const samlSign: JsonObject = { ...certificate, type: 'X509CertAndPassword', usage: 'Sign', keyId: '{{secondKeyId}}' };
const samlPassword: JsonObject = { ...password, customKeyIdentifier: '{{thumbprint}}' };

/** The rule no-symmetric-signing-key reports this key. */
const symmetricSigningKey: JsonObject = {
  customKeyIdentifier: null,
  displayName: null,
  endDateTime: '2031-03-01T00:00:00Z',
  key: Buffer.from('a filler symmetric secret').toString('base64'),
  keyId: '{{plantedKeyId}}',
  startDateTime: '2019-03-01T00:00:00Z',
  type: 'Symmetric',
  usage: 'Sign',
};

const identity: JsonObject = { id: '{{id}}', appId: '{{appId}}', displayName: '{{name}} {{number}}' };

const signIn = 'https://filler.example/{{number}}/signin';

/** Variants of applications; the last one is `planted`. Frequent variants are repeated. */
export function applicationVariants(requires: readonly JsonObject[]): readonly JsonObject[] {
  const plain: JsonObject = {
    ...identity,
    createdDateTime: '{{created}}',
    signInAudience: 'AzureADMyOrg',
    publisherDomain: 'filler.example',
    identifierUris: ['api://{{appId}}'],
    requiredResourceAccess: requires,
    // An application that signs users in without a declared permission is a finding.
    web: { homePageUrl: null, logoutUrl: null, redirectUris: requires.length > 0 ? [signIn] : [] },
  };
  const withSecret = { ...plain, passwordCredentials: [password] };
  const withCertificate = { ...plain, signInAudience: 'AzureADMultipleOrgs', keyCredentials: [certificate] };
  const withBoth = { ...withCertificate, passwordCredentials: [password] };
  const planted = { ...withSecret, keyCredentials: [symmetricSigningKey] };
  return [plain, withSecret, plain, withCertificate, withSecret, plain, withSecret, withBoth, planted];
}

const principal: JsonObject = {
  ...identity,
  accountEnabled: true,
  appDisplayName: '{{name}} {{number}}',
  servicePrincipalNames: ['{{appId}}'],
  servicePrincipalType: 'Application',
  tags: ['WindowsAzureActiveDirectoryIntegratedApp'],
};

/** Variants of the service principals of the tenant's own applications. */
export function ownPrincipalVariants(tenantId: string): readonly JsonObject[] {
  const plain = { ...principal, appOwnerOrganizationId: tenantId, signInAudience: 'AzureADMyOrg' };
  const saml = {
    ...plain,
    preferredSingleSignOnMode: 'saml',
    preferredTokenSigningKeyThumbprint: '{{thumbprint}}',
    keyCredentials: [certificate, samlSign],
    passwordCredentials: [samlPassword],
  };
  return [plain, plain, plain, saml, plain, plain, plain, plain];
}

/** Variants of service principals whose application is in another tenant. */
export function foreignPrincipalVariants(): readonly JsonObject[] {
  return [{ ...principal, appOwnerOrganizationId: '{{owner}}', signInAudience: 'AzureADMultipleOrgs' }];
}

/** Variants of managed identities. Azure manages their certificate. */
export function managedIdentityVariants(): readonly JsonObject[] {
  const alternativeNames = ['isExplicit=True', '/subscriptions/{{owner}}/resourcegroups/filler/{{number}}'];
  const { tags: _, ...rest } = principal;
  return [{ ...rest, servicePrincipalType: 'ManagedIdentity', alternativeNames, keyCredentials: [certificate] }];
}
