import { type AppCase, anApp } from '../testing/cases.js';

export const cases: readonly AppCase[] = [
  {
    name: 'an application has no service principal',
    app: anApp('Warehouse API', { servicePrincipal: null }),
    violations: [{ on: 'application', evidence: { signInAudience: 'AzureADMyOrg' } }],
  },
  {
    name: 'a multitenant application has no service principal in its home tenant',
    app: anApp('Partner Hub', { application: { signInAudience: 'AzureADMultipleOrgs' }, servicePrincipal: null }),
    violations: [{ on: 'application' }],
  },
  {
    name: 'an application for work and personal accounts has no service principal',
    app: anApp('Feedback Form', {
      application: { signInAudience: 'AzureADandPersonalMicrosoftAccount' },
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
];
