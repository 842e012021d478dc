import type { SynchronizationFeatures } from '../../model/tenant/hybrid.js';
import type { TenantParts } from '../../model/tenant/tenant.js';
import type { TenantCase } from '../testing/cases.js';

/** A tenant with a recent directory synchronization, and with the last password synchronization at this time. */
function passwordsAt(
  onPremisesLastPasswordSyncDateTime: string | null,
  features: Partial<SynchronizationFeatures> | null = {},
): Partial<TenantParts> {
  const on = { passwordSyncEnabled: true, cloudPasswordPolicyForPasswordSyncedUsersEnabled: true };
  return {
    organization: {
      onPremisesSyncEnabled: true,
      onPremisesLastSyncDateTime: '2026-11-24T01:47:03Z',
      onPremisesLastPasswordSyncDateTime,
    },
    onPremisesSynchronization: features && { ...on, ...features },
  };
}

export const cases: readonly TenantCase[] = [
  {
    name: 'passwords were last synchronized yesterday',
    tenant: passwordsAt('2026-11-22T20:31:00Z'),
    violations: [
      { on: 'tenant', severity: 'high', evidence: { onPremisesLastPasswordSyncDateTime: '2026-11-22T20:31:00Z' } },
    ],
  },
  {
    name: 'passwords were last synchronized five hours ago',
    tenant: passwordsAt('2026-11-23T21:00:00Z'),
    violations: [{ severity: 'medium' }],
  },
  { name: 'passwords were synchronized an hour ago', tenant: passwordsAt('2026-11-24T01:00:00Z'), violations: [] },
  {
    name: 'Graph does not return the time of the last password synchronization',
    tenant: passwordsAt(null),
    violations: [],
    undetermined: true,
  },
  {
    name: 'password hash synchronization is off',
    tenant: passwordsAt('2023-01-01T00:00:00Z', { passwordSyncEnabled: false }),
    violations: [],
  },
  {
    name: 'Graph does not return whether password hash synchronization is on',
    tenant: passwordsAt('2026-11-22T20:31:00Z', null),
    violations: [],
    undetermined: true,
  },
  {
    name: 'passwords were synchronized an hour ago, and Graph does not return whether synchronization is on',
    tenant: passwordsAt('2026-11-24T01:00:00Z', null),
    violations: [],
  },
  {
    name: 'there is no on-premises directory, and Graph returns no value about it',
    tenant: {
      ...passwordsAt(null, null),
      organization: {
        onPremisesSyncEnabled: null,
        onPremisesLastSyncDateTime: null,
        onPremisesLastPasswordSyncDateTime: null,
      },
    },
    violations: [],
  },
];
