import type { ConsentReviewer, TenantParts } from '../../model/tenant/tenant.js';
import type { TenantCase } from '../testing/cases.js';

const user = (n: number, state: ConsentReviewer['state']): ConsentReviewer => ({
  query: `/users/6f0c5a3e-4b7c-4a55-9a30-0f1d9e5a000${n}`,
  state,
});
const group: ConsentReviewer = {
  query: '/groups/6f0c5a3e-4b7c-4a55-9a30-0f1d9e5a0009/transitiveMembers/microsoft.graph.user',
  state: 'unknown',
};

function reviewedBy(consentReviewers: readonly ConsentReviewer[], isEnabled = true): Partial<TenantParts> {
  const reviewers = consentReviewers.map(({ query }) => ({ query, queryType: 'MicrosoftGraph' }));
  return { adminConsentRequestPolicy: { isEnabled, reviewers }, consentReviewers };
}

export const cases: readonly TenantCase[] = [
  {
    name: 'the account of the only reviewer is deleted',
    tenant: reviewedBy([user(2, 'gone')]),
    violations: [{ on: 'tenant', evidence: { reviewers: 1, gone: 1, disabled: 0 } }],
  },
  {
    name: 'the account of one reviewer is deleted and the other is disabled',
    tenant: reviewedBy([user(2, 'gone'), user(3, 'disabled')]),
    violations: [{ evidence: { reviewers: 2, gone: 1, disabled: 1 } }],
  },
  { name: 'one of two reviewers is enabled', tenant: reviewedBy([user(2, 'gone'), user(3, 'live')]), violations: [] },
  { name: 'a group and a deleted user are reviewers', tenant: reviewedBy([user(2, 'gone'), group]), violations: [] },
  {
    name: 'the account of the reviewer is deleted and the workflow is off',
    tenant: reviewedBy([user(2, 'gone')], false),
    violations: [],
  },
  {
    name: 'Graph does not return the account of the reviewer',
    tenant: reviewedBy([user(2, 'unknown')]),
    violations: [],
  },
  {
    // Source: Microsoft Learn, "Register your app in the external tenant": customers cannot request consent.
    name: 'the account of the only reviewer of an external tenant is deleted',
    tenant: { tenantType: 'CIAM', ...reviewedBy([user(2, 'gone')]) },
    violations: [],
  },
];
