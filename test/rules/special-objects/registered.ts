import type { PublishedScope, WholeApplication, WholeServicePrincipal } from '../../../src/model/entra/app.js';
import { DeletedApplicationIndex } from '../../../src/model/tenant/deleted-applications.js';
import {
  aGrant,
  anAppRole,
  anAppRoleAssignment,
  aScope,
  asking,
  azureAdGraph,
  azureAdUserRead,
  foreignApi,
  mailRead,
  mailSend,
  microsoftGraph,
  userRead,
} from '../../../src/rules/testing/case-apis.js';
import { aKey, anApp, aPassword, guidOf } from '../../../src/rules/testing/cases.js';
import { type SpecialObject, special } from './special-object.js';

const expired = { startDateTime: '2022-03-01T00:00:00Z', endDateTime: '2024-03-01T00:00:00Z' };
const [secret, oldSecret] = [aPassword('current'), aPassword('old', expired)];
const redirect = { redirectUris: ['https://app.woodgrove.example/signin'] };
const federation = 'https://learn.microsoft.com/graph/api/resources/federatedidentitycredentials-overview';
const b2c = 'https://learn.microsoft.com/azure/active-directory-b2c/extensions-app';
const flows = 'https://learn.microsoft.com/entra/identity-platform/authentication-flows-app-scenarios';
const deactivate = 'https://learn.microsoft.com/entra/identity/enterprise-apps/deactivate-app-registration';
const extensions = 'https://learn.microsoft.com/graph/extensibility-overview#directory-microsoft-entra-id-extensions';

const deletedItems = 'https://learn.microsoft.com/graph/api/directory-deleteditems-list';
const deletedApplication = (displayName: string) => ({
  deletedApplications: new DeletedApplicationIndex([
    {
      id: guidOf(`application ${displayName}`),
      appId: guidOf(`appId of ${displayName}`),
      deletedDateTime: '2026-11-20T09:00:00Z',
    },
  ]),
});

/** An app with permissions of Microsoft Graph that an administrator has granted. */
function granted(
  displayName: string,
  application: Partial<WholeApplication>,
  scopes: PublishedScope[] = [userRead],
  servicePrincipal: Partial<WholeServicePrincipal> = {},
) {
  const asks = asking({ of: microsoftGraph, scopes });
  const app = anApp(displayName, { application: { ...asks, ...application }, servicePrincipal });
  return { app, grants: [aGrant(app, microsoftGraph, scopes)] };
}
const registered = (displayName: string, application: Partial<WholeApplication> = {}) => ({
  app: anApp(displayName, { application }),
});
const withoutPrincipal = (displayName: string, application: Partial<WholeApplication> = {}) => ({
  app: anApp(displayName, { application, servicePrincipal: null }),
});
const federated = { federatedIdentityCredentials: [{ id: guidOf('federated'), name: 'github' }] };

const daemon = anApp('Mail Daemon', {
  application: { passwordCredentials: [secret], ...asking({ of: microsoftGraph, roles: [mailSend] }) },
});
const olderApp = anApp('Older Intranet', {
  application: { web: redirect, ...asking({ of: azureAdGraph, scopes: [azureAdUserRead] }) },
});
const preAuthorized = anApp('Prices App', { application: { spa: redirect } });
const pricesApi = anApp('Prices Service', {
  application: {
    api: {
      oauth2PermissionScopes: [aScope('Prices.Look')],
      preAuthorizedApplications: [
        { appId: preAuthorized.appId, delegatedPermissionIds: [aScope('Prices.Look').id ?? ''] },
      ],
    },
  },
  servicePrincipal: { oauth2PermissionScopes: [aScope('Prices.Look')] },
});
const roleApi = foreignApi('Batch Service', { appRoles: [anAppRole('Batch.Read')] });
const calculator = anApp('Batch Front', {
  application: {
    api: { oauth2PermissionScopes: [aScope('Calculate.Now')] },
    ...asking({ of: roleApi, roles: [anAppRole('Batch.Read')] }),
  },
});

/** Applications that are registered in this tenant. */
export const registeredObjects: readonly SpecialObject[] = [
  special('federated credentials', 'a pipeline with an old secret', federation, {
    ...registered('Release Pipeline', { ...federated, passwordCredentials: [oldSecret] }),
  }),
  special('federated credentials', 'a pipeline with an old certificate', federation, {
    ...registered('Infra Pipeline', { ...federated, keyCredentials: [aKey('infra', expired)] }),
  }),
  special('federated credentials', 'a workload of Kubernetes without other credentials', federation, {
    ...registered('Cluster Workload', federated),
  }),
  special(
    'federated credentials',
    'a client without them and with an old secret',
    federation,
    {
      ...registered('Forgotten Pipeline', { passwordCredentials: [oldSecret] }),
    },
    { 'require-valid-client-credential': 'medium' },
  ),
  special(
    'federated credentials',
    'a pipeline with an expiring secret',
    federation,
    {
      ...registered('Test Pipeline', {
        ...federated,
        passwordCredentials: [aPassword('test pipeline', { ...expired, endDateTime: '2026-12-10T00:00:00Z' })],
      }),
    },
    { 'require-renewed-credential': 'medium' },
  ),
  special('B2C', 'the extensions app, without a service principal', b2c, {
    ...withoutPrincipal('b2c-extensions-app. Do not modify. Used by AADB2C for storing user data.', {
      extensionProperties: [{ id: guidOf('b2c extension') }],
    }),
  }),
  special('B2C', 'the extensions app, with its service principal', b2c, {
    ...registered('b2c-extensions-app. Do not modify. Used by AAD for storing user data.'),
  }),
  special(
    'B2C',
    'an app for user flows',
    'https://learn.microsoft.com/azure/active-directory-b2c/tutorial-register-applications',
    {
      ...granted('Loyalty Shop', { signInAudience: 'AzureADandPersonalMicrosoftAccount', web: redirect }),
    },
  ),
  special(
    'B2C',
    'the proxy of the identity experience framework',
    'https://learn.microsoft.com/azure/active-directory-b2c/tutorial-create-user-flows',
    {
      ...granted('ProxyIdentityExperienceFramework', { isFallbackPublicClient: true }),
    },
  ),
  special('B2C', 'the app of synchronized directory extensions', extensions, {
    ...withoutPrincipal('Tenant Schema Extension App', { extensionProperties: [{ id: guidOf('schema') }] }),
  }),
  special('B2C', 'an app that owns a directory extension', extensions, {
    ...withoutPrincipal('Employee Numbers', { web: redirect, extensionProperties: [{ id: guidOf('numbers') }] }),
  }),
  special(
    'disabled',
    'an app of this tenant',
    'https://learn.microsoft.com/graph/api/resources/serviceprincipal',
    {
      app: anApp('Holiday Planner Old', { servicePrincipal: { accountEnabled: false } }),
    },
    { 'require-enabled-service-principal': 'medium' },
  ),
  special(
    'disabled',
    'a disabled app with an expired secret',
    flows,
    {
      app: anApp('Retired Batch', {
        application: { passwordCredentials: [oldSecret] },
        servicePrincipal: { accountEnabled: false },
      }),
    },
    { 'require-enabled-service-principal': 'medium' },
  ),
  special('disabled', 'a deactivated application', deactivate, registered('Suspended Portal', { isDisabled: true }), {
    'require-enabled-service-principal': 'medium',
  }),
  special(
    'disabled',
    'a deactivated application with an expired secret',
    deactivate,
    {
      ...registered('Suspended Batch', { isDisabled: true, passwordCredentials: [oldSecret] }),
    },
    { 'require-enabled-service-principal': 'medium' },
  ),
  special('disabled', 'a deactivated application without a service principal', deactivate, {
    ...withoutPrincipal('Suspended Draft', { isDisabled: true, web: redirect }),
  }),
  special(
    'disabled',
    'an app that Microsoft has disabled',
    'https://learn.microsoft.com/graph/api/resources/application',
    {
      ...registered('Prize Lottery', { disabledByMicrosoftStatus: 'DisabledDueToViolationOfServicesAgreement' }),
    },
    { 'require-enabled-service-principal': 'medium' },
  ),
  special(
    'disabled',
    'an app that Microsoft has reviewed',
    'https://learn.microsoft.com/graph/api/resources/application',
    {
      ...registered('Reviewed Lottery', { disabledByMicrosoftStatus: 'NotDisabled' }),
    },
  ),
  special('sign-in', 'a web app with permissions of a sign-in', flows, granted('Staff Intranet', { web: redirect })),
  special(
    'sign-in',
    'a web app that uses id_tokens, with an old secret',
    flows,
    {
      ...granted('Staff Menu', {
        web: { ...redirect, implicitGrantSettings: { enableIdTokenIssuance: true } },
        passwordCredentials: [oldSecret],
      }),
    },
    { 'require-valid-client-credential': 'low' },
  ),
  special('sign-in', 'a single-page app', flows, granted('Staff Board', { spa: redirect })),
  special('sign-in', 'a single-page app that declares nothing and is preauthorized', flows, {
    app: preAuthorized,
    others: [pricesApi],
  }),
  special('sign-in', 'a single-page app that declares nothing', flows, registered('Bare Board', { spa: redirect }), {
    'require-declared-permission': 'low',
  }),
  special('sign-in', 'a desktop app with an old secret', flows, {
    ...granted('Teller Client', { publicClient: redirect, passwordCredentials: [oldSecret] }),
  }),
  special(
    'sign-in',
    'an app for the device-code flow',
    flows,
    granted('Printer Setup', { isFallbackPublicClient: true }),
  ),
  special(
    'sign-in',
    'an older app that requires Azure AD Graph',
    'https://learn.microsoft.com/graph/migrate-azure-ad-graph-overview',
    {
      app: olderApp,
      others: [azureAdGraph],
      grants: [aGrant(olderApp, azureAdGraph, [azureAdUserRead])],
    },
  ),
  special(
    'sign-in',
    'an app for personal accounts only',
    'https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation',
    {
      ...withoutPrincipal('Customer Game', { signInAudience: 'PersonalMicrosoftAccount', web: redirect }),
    },
  ),
  special(
    'sign-in',
    'an app with a claims-mapping policy and no key',
    'https://learn.microsoft.com/entra/identity-platform/jwt-claims-customization',
    {
      ...granted('Number Claims', { web: redirect }, [userRead], {
        claimsMappingPolicies: [{ id: guidOf('number policy') }],
      }),
    },
    { 'require-valid-signing-certificate': 'high' },
  ),
  special(
    'sign-in',
    'an app with a claims-mapping policy that accepts mapped claims',
    'https://learn.microsoft.com/entra/identity-platform/jwt-claims-customization',
    {
      ...granted('Mapped Claims', { web: redirect, api: { acceptMappedClaims: true } }, [userRead], {
        claimsMappingPolicies: [{ id: guidOf('mapped policy') }],
      }),
    },
  ),
  special('service', 'a daemon with a granted application permission', flows, {
    app: daemon,
    assignments: [anAppRoleAssignment(daemon, microsoftGraph, mailSend)],
  }),
  special('service', 'an API that no app requires yet', flows, {
    ...registered('Fresh API', { api: { oauth2PermissionScopes: [aScope('Fresh.Read')] } }),
  }),
  special(
    'service',
    'a middle-tier API that names its client',
    'https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow',
    {
      ...granted(
        'Broker Service',
        {
          api: { oauth2PermissionScopes: [aScope('Broker.Act')], knownClientApplications: [guidOf('broker client')] },
        },
        [mailRead],
      ),
    },
  ),
  special(
    'service',
    'a client of an API that publishes application permissions only',
    flows,
    {
      app: calculator,
      others: [roleApi],
      assignments: [anAppRoleAssignment(calculator, roleApi, anAppRole('Batch.Read'))],
    },
    { 'require-delegated-permission': 'low' },
  ),
  special('service', 'an application that nothing can use', flows, withoutPrincipal('Empty Draft'), {
    'require-service-principal': 'low',
  }),
  special(
    'service',
    'an API without a service principal',
    flows,
    {
      ...withoutPrincipal('Lost API', { api: { oauth2PermissionScopes: [aScope('Lost.Read')] } }),
    },
    { 'require-service-principal': 'medium' },
  ),
  special('service', 'an application whose secret is on its service principal', flows, {
    app: anApp('Split Secrets', {
      application: { passwordCredentials: [oldSecret] },
      servicePrincipal: { passwordCredentials: [secret] },
    }),
  }),
  special(
    'service',
    'an application with an expired encryption certificate',
    'https://learn.microsoft.com/entra/identity/enterprise-apps/howto-saml-token-encryption',
    {
      ...registered('Sealed Archive', {
        keyCredentials: [aKey('sealed archive', { usage: 'Encrypt', ...expired })],
        tokenEncryptionKeyId: guidOf('key sealed archive'),
      }),
    },
    { 'require-valid-signing-certificate': 'low' },
  ),
  special(
    'deleted',
    'a service principal whose application was deleted',
    deletedItems,
    { app: anApp('Deleted Claims', { application: null }), tenant: deletedApplication('Deleted Claims') },
    { 'require-application': 'medium' },
  ),
  special('deleted', 'an app of another tenant with the appId of a deleted application', deletedItems, {
    app: foreignApi('Foreign Deleted', { appId: guidOf('appId of Foreign Deleted') }),
    tenant: deletedApplication('Foreign Deleted'),
  }),
  special('deleted', 'an application that was restored', deletedItems, {
    app: anApp('Restored Twice'),
    tenant: deletedApplication('Restored Twice'),
  }),
  special('deleted', 'an identity with the appId of a deleted application', deletedItems, {
    app: anApp('id-deleted', { application: null, servicePrincipal: { servicePrincipalType: 'ManagedIdentity' } }),
    tenant: deletedApplication('id-deleted'),
  }),
];
