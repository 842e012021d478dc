import type { Domain, SynchronizationFeatures } from '../../model/tenant/hybrid.js';
import type { TenantParts } from '../../model/tenant/tenant.js';
import type { TenantCase } from '../testing/cases.js';

const managed: Domain = {
  id: 'woodgrove.example',
  authenticationType: 'Managed',
  isVerified: true,
  passwordValidityPeriodInDays: 90,
};
const neverExpires = { ...managed, passwordValidityPeriodInDays: 2_147_483_647 };

/** A hybrid tenant that synchronizes passwords and does not apply the cloud password policy to its users. */
function expiringIn(
  domains: readonly Domain[],
  features: Partial<SynchronizationFeatures> | null = {},
): Partial<TenantParts> {
  const usual = { passwordSyncEnabled: true, cloudPasswordPolicyForPasswordSyncedUsersEnabled: false };
  return {
    organization: {
      onPremisesSyncEnabled: true,
      onPremisesLastSyncDateTime: '2026-11-24T01:47:03Z',
      onPremisesLastPasswordSyncDateTime: '2026-11-24T01:49:11Z',
    },
    onPremisesSynchronization: features && { ...usual, ...features },
    domains,
  };
}

export const cases: readonly TenantCase[] = [
  {
    name: 'a managed domain expires passwords and synchronized users are exempt',
    tenant: expiringIn([managed]),
    violations: [{ on: 'tenant', evidence: { domains: 1, passwordValidityPeriodInDays: 90 } }],
  },
  {
    name: 'two domains have different password validity periods',
    tenant: expiringIn([managed, { ...managed, id: 'branch.example', passwordValidityPeriodInDays: 30 }, neverExpires]),
    violations: [{ evidence: { domains: 2, passwordValidityPeriodInDays: 30 } }],
  },
  {
    name: 'the cloud password policy is on for synchronized users',
    tenant: expiringIn([managed], { cloudPasswordPolicyForPasswordSyncedUsersEnabled: true }),
    violations: [],
  },
  { name: 'passwords never expire', tenant: expiringIn([neverExpires]), violations: [] },
  {
    name: 'the password validity period is not set',
    tenant: expiringIn([{ ...managed, passwordValidityPeriodInDays: null }]),
    violations: [],
  },
  {
    name: 'the domain is federated',
    tenant: expiringIn([{ ...managed, authenticationType: 'Federated' }]),
    violations: [],
  },
  { name: 'the domain is not verified', tenant: expiringIn([{ ...managed, isVerified: false }]), violations: [] },
  {
    name: 'passwords are not synchronized',
    tenant: expiringIn([managed], { passwordSyncEnabled: false }),
    violations: [],
  },
  {
    name: 'Graph does not return the features of synchronization',
    tenant: expiringIn([managed], null),
    violations: [],
    undetermined: true,
  },
  {
    name: 'passwords never expire, and Graph does not return the features of synchronization',
    tenant: expiringIn([neverExpires], null),
    violations: [],
  },
  {
    name: 'Graph does not return whether the cloud password policy is on',
    tenant: expiringIn([managed], { cloudPasswordPolicyForPasswordSyncedUsersEnabled: null }),
    violations: [],
    undetermined: true,
  },
  {
    name: 'the authentication type of a domain is unknown',
    tenant: expiringIn([{ ...managed, authenticationType: 'Novel' }]),
    violations: [],
    undetermined: true,
  },
];
