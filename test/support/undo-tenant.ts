import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey, cleanTenantParts } from '../../src/rules/testing/cases.js';
import type { Simulator } from '../../src/simulator/http/server.js';

/** The object id of a user who can review admin consent requests. */
export const reviewerId = '6f0c5a3e-4b7c-4a55-9a30-0f1d9e5a0005';

/** A tenant with one finding whose fix can be undone (`require-consent-route`), and one whose fix cannot. */
export const undoTenant = simulatedTenantOf(
  [anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } })],
  {
    ...cleanTenantParts,
    authorizationPolicy: {
      id: 'authorizationPolicy',
      defaultUserRolePermissions: { permissionGrantPoliciesAssigned: [] },
    },
    adminConsentRequestPolicy: { isEnabled: false, reviewers: [] },
    consentReviewers: [{ query: `/users/${reviewerId}`, state: 'live' }],
  },
);

/** Grants the remediator what the fixes of both findings need. */
export function grantRemediator({ roles }: Pick<Simulator, 'roles'>): void {
  for (const role of [
    'Policy.ReadWrite.ConsentRequest',
    'Application.ReadWrite.All',
    'Policy.Read.All',
    'User.Read.All',
  ])
    roles.grant(role, 'remediator');
}
