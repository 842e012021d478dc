import { ListPresenceIndex } from '../../model/tenant/list-presence.js';
import { aScope } from '../testing/case-apis.js';
import { type AppCase, anApp, aPassword, guidOf } from '../testing/cases.js';

const web = { redirectUris: ['https://app.woodgrove.example/signin'] };

export const cases: readonly AppCase[] = [
  {
    name: 'an application has no service principal',
    app: anApp('Warehouse API', {
      application: { api: { oauth2PermissionScopes: [aScope('Stock.Read')] } },
      servicePrincipal: null,
    }),
    violations: [
      {
        on: 'application',
        severity: 'medium',
        evidence: { signInAudience: 'AzureADMyOrg' },
        restsOnAbsenceOf: 'servicePrincipal',
      },
    ],
  },
  {
    name: 'a multitenant application has no service principal in its home tenant',
    app: anApp('Partner Hub', { application: { signInAudience: 'AzureADMultipleOrgs', web }, servicePrincipal: null }),
    violations: [{ on: 'application' }],
  },
  {
    name: 'an application for work and personal accounts has no service principal',
    app: anApp('Feedback Form', {
      application: { signInAudience: 'AzureADandPersonalMicrosoftAccount', web },
      servicePrincipal: null,
    }),
    violations: [{ on: 'application' }],
  },
  {
    name: 'an application for personal accounts only has no service principal',
    app: anApp('Customer Lottery', {
      application: { signInAudience: 'PersonalMicrosoftAccount' },
      servicePrincipal: null,
    }),
    violations: [],
  },
  { name: 'an application has its service principal', app: anApp('Loan Desk'), violations: [] },
  {
    name: 'an application of another tenant has only a service principal',
    app: anApp('Foreign CRM', {
      application: null,
      servicePrincipal: { appOwnerOrganizationId: '99999999-7e57-4e57-8e57-0c0ffee00002' },
    }),
    violations: [],
  },
  ...[null, 'AzureADNewAudience'].map((signInAudience) => ({
    name: `an application with the sign-in audience ${signInAudience} has no service principal`,
    app: anApp(`Audience ${signInAudience}`, { application: { signInAudience }, servicePrincipal: null }),
    tenant: {},
    violations: [],
    undetermined: [''],
  })),
  {
    name: 'an unused application has no service principal',
    app: anApp('Forgotten Draft', { servicePrincipal: null }),
    tenant: {},
    violations: [{ severity: 'low' }],
  },
  {
    name: 'an application with only a secret has no service principal',
    app: anApp('Stock Export', {
      application: { passwordCredentials: [aPassword('stock-export')] },
      servicePrincipal: null,
    }),
    tenant: {},
    violations: [{ severity: 'medium' }],
  },
  {
    name: 'an application for the device-code flow has no service principal',
    app: anApp('Stock Terminal', { application: { isFallbackPublicClient: true }, servicePrincipal: null }),
    tenant: {},
    violations: [{ severity: 'medium' }],
  },
  {
    // Source: Microsoft Learn, "Extensions app in Azure AD B2C": users' data is lost if it stays deleted for 30 days.
    name: 'the application that holds the custom attributes of a B2C tenant has no service principal',
    app: anApp('b2c-extensions-app. Do not modify. Used by AADB2C for storing user data.', {
      application: { identifierUris: ['https://woodgrove.example/extensions'], web },
      servicePrincipal: null,
    }),
    tenant: {},
    violations: [],
  },
  {
    // Source: Microsoft Learn, "Microsoft Entra Connect Sync: directory extensions".
    name: 'the application that holds synchronized directory extensions has no service principal',
    app: anApp('Tenant Schema Extension App', { servicePrincipal: null }),
    tenant: {},
    violations: [],
  },
  {
    // Source: Graph, "Add custom data to resources": the data cannot be read after the application was deleted.
    name: 'an application that owns a directory extension has no service principal',
    app: anApp('Employee Attributes', {
      application: { web, extensionProperties: [{ id: guidOf('extension'), name: 'extension_0_skypeId' }] },
      servicePrincipal: null,
    }),
    tenant: {},
    violations: [],
  },
  {
    name: 'it is unknown whether an application owns a directory extension',
    app: anApp('Vanished Attributes', { application: { web }, servicePrincipal: null }),
    tenant: {
      extensionProperties: new ListPresenceIndex([[guidOf('application Vanished Attributes'), 'unknown']]),
    },
    violations: [{ restsOnAbsenceOf: 'extensionProperty' }],
  },
  {
    // Source: Graph, agentIdentityBlueprint resource type.
    name: 'an agent identity blueprint has no principal',
    app: anApp('Claims Agent Blueprint', {
      application: { subtype: 'agentIdentityBlueprint', passwordCredentials: [aPassword('claims-agent')] },
      servicePrincipal: null,
    }),
    tenant: {},
    violations: [{ severity: 'low' }],
  },
  {
    // Source: Microsoft Learn, "Deactivate an app registration": it gets no token while it is deactivated.
    name: 'a deactivated application has no service principal',
    app: anApp('Paused Survey', { application: { isDisabled: true, web }, servicePrincipal: null }),
    tenant: {},
    violations: [],
  },
];
