import { foreignApi } from '../testing/case-apis.js';
import { type AppCase, anApp } from '../testing/cases.js';

export const cases: readonly AppCase[] = [
  {
    name: 'the service principal of an application is disabled',
    app: anApp('Holiday Planner', { servicePrincipal: { accountEnabled: false } }),
    violations: [{ on: 'servicePrincipal', evidence: { code: 'AADSTS7000112', accountEnabled: false } }],
  },
  {
    name: 'the service principal of an application of another tenant is disabled',
    app: foreignApi('Foreign Survey Tool', { accountEnabled: false }),
    violations: [{ on: 'servicePrincipal' }],
  },
  {
    name: 'Microsoft has disabled an application',
    app: anApp('Prize Draw', {
      application: { disabledByMicrosoftStatus: 'DisabledDueToViolationOfServicesAgreement' },
      servicePrincipal: { disabledByMicrosoftStatus: 'DisabledDueToViolationOfServicesAgreement' },
    }),
    violations: [{ evidence: { disabledByMicrosoftStatus: 'DisabledDueToViolationOfServicesAgreement' } }],
  },
  {
    name: "Microsoft's own service principal is disabled",
    app: foreignApi('Azure Example Service', {
      accountEnabled: false,
      appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
    }),
    violations: [],
  },
  {
    name: 'Microsoft has reviewed an application and not disabled it',
    app: anApp('Branch Finder', { servicePrincipal: { disabledByMicrosoftStatus: 'NotDisabled' } }),
    violations: [],
  },
  { name: 'a service principal is enabled', app: anApp('Meeting Rooms'), violations: [] },
  {
    name: 'Graph does not return whether a service principal is enabled',
    app: anApp('Silent Rooms', { servicePrincipal: { accountEnabled: null } }),
    tenant: {},
    violations: [],
    undetermined: [''],
  },
  {
    name: 'the status that Microsoft has set is unknown',
    app: anApp('Novel Status', { application: { disabledByMicrosoftStatus: 'UnderReview' } }),
    tenant: {},
    violations: [],
    undetermined: [''],
  },
  {
    // Source: Microsoft Learn, "Deactivate an app registration": it gets no new tokens.
    name: 'an application is deactivated',
    app: anApp('Paused Portal', { application: { isDisabled: true } }),
    tenant: {},
    violations: [{ on: 'application', evidence: { isDisabled: true } }],
  },
  {
    name: 'an application was never deactivated',
    app: anApp('Active Portal', { application: { isDisabled: null } }),
    tenant: {},
    violations: [],
  },
];
