import type { WholeServicePrincipal } from '../../../src/model/entra/app.js';
import { foreignApi } from '../../../src/rules/testing/case-apis.js';
import { aKey, anApp, aPassword, aSymmetricSigningKey, caseTenant, guidOf } from '../../../src/rules/testing/cases.js';
import { type SpecialObject, special } from './special-object.js';

const expired = { startDateTime: '2022-03-01T00:00:00Z', endDateTime: '2024-03-01T00:00:00Z' };
const expiring = { startDateTime: '2024-12-10T00:00:00Z', endDateTime: '2026-12-10T00:00:00Z' };
const identities = 'https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview';
const agents = 'https://learn.microsoft.com/graph/api/resources/agentidentity';
const blueprints = 'https://learn.microsoft.com/graph/api/resources/agentidentityblueprint';
const firstParty = 'https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in';
const sharePoint =
  'https://learn.microsoft.com/sharepoint/dev/sp-add-ins/replace-an-expiring-client-secret-in-a-sharepoint-add-in';

/** A service principal without an application in this tenant. */
const alone = (displayName: string, servicePrincipal: Partial<WholeServicePrincipal>) => ({
  app: anApp(displayName, { application: null, servicePrincipal }),
});
const managed = (displayName: string, servicePrincipal: Partial<WholeServicePrincipal> = {}) =>
  alone(displayName, { servicePrincipalType: 'ManagedIdentity', appOwnerOrganizationId: null, ...servicePrincipal });
const agent = (displayName: string, servicePrincipal: Partial<WholeServicePrincipal> = {}) => {
  const id = guidOf(`servicePrincipal ${displayName}`);
  const members = { servicePrincipalType: 'ServiceIdentity', appId: id, ...servicePrincipal };
  return { app: { ...alone(displayName, members).app, appId: members.appId } };
};
const byMicrosoft = (displayName: string, servicePrincipal: Partial<WholeServicePrincipal> = {}) => ({
  app: foreignApi(displayName, {
    appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
    ...servicePrincipal,
  }),
});
const trio = (name: string) => ({
  keyCredentials: [aSymmetricSigningKey(name), aSymmetricSigningKey(`${name} verify`, { usage: 'Verify' })],
  passwordCredentials: [aPassword(name)],
});

/** Objects that are not registered as applications in this tenant. */
export const identityObjects: readonly SpecialObject[] = [
  special('managed identity', 'a system-assigned identity', identities, managed('vm-web-01')),
  special('managed identity', 'a user-assigned identity with its certificate', identities, {
    ...managed('id-deploy', { keyCredentials: [aKey('id-deploy', { usage: 'Verify' })] }),
  }),
  special('managed identity', 'an identity with an expired certificate', identities, {
    ...managed('id-old', { keyCredentials: [aKey('id-old', expired)] }),
  }),
  special('managed identity', 'an identity whose certificate Azure will renew', identities, {
    ...managed('id-renewed', { keyCredentials: [aKey('id-renewed', expiring)] }),
  }),
  special('managed identity', 'an identity owned by this tenant', identities, {
    ...managed('id-own', { appOwnerOrganizationId: caseTenant.id }),
  }),
  special('managed identity', 'an identity without a value for assignment', identities, {
    ...managed('id-null', { appRoleAssignmentRequired: null as never }),
  }),
  special('managed identity', 'an identity that requires assignment', identities, {
    ...managed('id-assigned', { appRoleAssignmentRequired: true }),
  }),
  special('agent identity', 'an agent identity without an appId', agents, agent('Claims Agent')),
  special('agent identity', 'an agent identity with the appId of its blueprint', agents, {
    ...agent('Travel Agent', { appId: guidOf('appId of Travel Blueprint') }),
  }),
  special('agent identity', 'a disabled agent identity', agents, agent('Paused Agent', { accountEnabled: false })),
  special('agent identity', 'an agent identity that requires assignment', agents, {
    ...agent('Closed Agent', { appRoleAssignmentRequired: true }),
  }),
  special('agent identity', 'a blueprint with its principal', blueprints, {
    app: anApp('Travel Blueprint', {
      application: { subtype: 'agentIdentityBlueprint', federatedIdentityCredentials: [{ name: 'managed identity' }] },
      servicePrincipal: { servicePrincipalType: 'AgentIdentityBlueprintPrincipal' },
    }),
  }),
  special(
    'agent identity',
    'a blueprint for one agent, without a principal',
    blueprints,
    {
      app: anApp('Single Blueprint', {
        application: { subtype: 'agentIdentityBlueprint', passwordCredentials: [aPassword('single')] },
        servicePrincipal: null,
      }),
    },
    { 'require-service-principal': 'low' },
  ),
  special('first-party', 'a service principal of Microsoft', firstParty, byMicrosoft('Office 365 Exchange Online')),
  special('first-party', 'a disabled one', firstParty, byMicrosoft('Skype for Business', { accountEnabled: false })),
  special('first-party', 'one that requires assignment', firstParty, {
    ...byMicrosoft('Azure Portal Example', { appRoleAssignmentRequired: true }),
  }),
  special('first-party', 'one with an expired signing certificate', firstParty, {
    ...byMicrosoft('Office Sign-in Example', {
      preferredSingleSignOnMode: 'saml',
      keyCredentials: [aKey('office', { type: 'X509CertAndPassword', usage: 'Sign', ...expired })],
    }),
  }),
  special('first-party', 'one with an expiring certificate', firstParty, {
    ...byMicrosoft('Office Renewal Example', { keyCredentials: [aKey('renewal', expiring)] }),
  }),
  special('first-party', "one of Microsoft's corporate tenant", firstParty, {
    ...byMicrosoft('Graph Explorer', { appOwnerOrganizationId: '72f988bf-86f1-41af-91ab-2d7cd011db47' }),
  }),
  special('first-party', 'a well-known app without an owner', firstParty, {
    app: foreignApi('Microsoft Azure CLI', {
      appId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
      appOwnerOrganizationId: null,
      accountEnabled: false,
    }),
  }),
  special('first-party', 'one that publishes only application permissions', firstParty, {
    ...byMicrosoft('Microsoft Service Example', {
      appRoles: [{ id: guidOf('role'), value: 'Run.All', isEnabled: true, allowedMemberTypes: ['Application'] }],
    }),
  }),
  special(
    'SharePoint legacy',
    'a provider-hosted add-in of type Legacy',
    sharePoint,
    alone('Contract Add-in', { servicePrincipalType: 'Legacy', ...trio('contract') }),
    { 'no-symmetric-signing-key': 'high' },
  ),
  special(
    'SharePoint legacy',
    'an add-in of type Application, without an application',
    sharePoint,
    alone('Invoice Add-in', trio('invoice')),
    { 'no-symmetric-signing-key': 'high' },
  ),
  special('SharePoint legacy', 'an add-in whose signing key was removed', sharePoint, {
    ...alone('Clean Add-in', {
      servicePrincipalType: 'Legacy',
      keyCredentials: [aSymmetricSigningKey('clean', { usage: 'Verify' })],
      passwordCredentials: [aPassword('clean')],
    }),
  }),
  special('SharePoint legacy', 'an add-in whose secret expires', sharePoint, {
    ...alone('Expiring Add-in', { passwordCredentials: [aPassword('expiring add-in', expiring)] }),
  }),
  special(
    'SharePoint legacy',
    'a service principal of MSOnline with a shared secret',
    'https://learn.microsoft.com/powershell/module/msonline/new-msolserviceprincipal',
    {
      ...alone('Rights Connector', {
        servicePrincipalType: 'Legacy',
        keyCredentials: [aSymmetricSigningKey('rights', { usage: 'Verify' })],
      }),
    },
  ),
  special(
    'service',
    'the server of device certificates',
    'https://learn.microsoft.com/entra/identity/devices/faq',
    alone('P2P Server', { keyCredentials: [aKey('MS-Organization-P2P-Access', expired)] }),
  ),
  special(
    'service',
    'the server of device certificates, whose certificate Entra will renew',
    'https://learn.microsoft.com/entra/identity/devices/faq',
    alone('P2P Server 2', { keyCredentials: [aKey('CN=MS-Organization-P2P-Access [2026]', expiring)] }),
  ),
  special(
    'service',
    'an identity provider of an external tenant',
    'https://learn.microsoft.com/graph/api/resources/serviceprincipal',
    alone('Social Provider', { servicePrincipalType: 'SocialIdp', appOwnerOrganizationId: null }),
  ),
];
