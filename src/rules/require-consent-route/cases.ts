import { cleanTenantParts, type TenantCase } from '../testing/cases.js';

const userConsentOff = {
  id: 'authorizationPolicy',
  defaultUserRolePermissions: {
    permissionGrantPoliciesAssigned: [
      'ManagePermissionGrantsForOwnedResource.microsoft-dynamically-managed-permissions-for-team',
    ],
  },
};
const { reviewers } = cleanTenantParts.adminConsentRequestPolicy;

export const cases: readonly TenantCase[] = [
  {
    name: 'user consent and the admin consent workflow are off',
    tenant: { authorizationPolicy: userConsentOff, adminConsentRequestPolicy: { isEnabled: false, reviewers: [] } },
    violations: [{ on: 'tenant', evidence: { usersMayConsent: false, workflowEnabled: false, reviewers: 0 } }],
  },
  {
    name: 'user consent is off and the workflow has reviewers but is off',
    demo: true,
    tenant: {
      authorizationPolicy: userConsentOff,
      adminConsentRequestPolicy: { isEnabled: false, reviewers: reviewers ?? [] },
    },
    violations: [{ evidence: { workflowEnabled: false, reviewers: 1 } }],
  },
  {
    name: 'user consent is off and the workflow is on without a reviewer',
    tenant: { authorizationPolicy: userConsentOff, adminConsentRequestPolicy: { isEnabled: true, reviewers: null } },
    violations: [{ evidence: { workflowEnabled: true, reviewers: 0 } }],
  },
  {
    name: 'user consent is off and the workflow has a reviewer',
    tenant: {
      authorizationPolicy: userConsentOff,
      adminConsentRequestPolicy: { isEnabled: true, reviewers: reviewers ?? [] },
    },
    violations: [],
  },
  {
    name: 'users can consent under a custom policy whose name has another case',
    tenant: {
      authorizationPolicy: {
        id: 'authorizationPolicy',
        defaultUserRolePermissions: {
          permissionGrantPoliciesAssigned: ['managePermissionGrantsForSelf.woodgrove-low-risk'],
        },
      },
      adminConsentRequestPolicy: { isEnabled: false, reviewers: [] },
    },
    violations: [],
  },
  ...['CIAM', 'AAD B2C'].map((tenantType) => ({
    // Source: Microsoft Learn, "Register your app in the external tenant": an administrator consents for customers.
    name: `users cannot consent in a tenant of type ${tenantType}`,
    tenant: {
      tenantType,
      authorizationPolicy: userConsentOff,
      adminConsentRequestPolicy: { isEnabled: false, reviewers: [] },
    },
    violations: [],
  })),
];
