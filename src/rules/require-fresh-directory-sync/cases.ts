import type { TenantParts } from '../../model/tenant/tenant.js';
import type { TenantCase } from '../testing/cases.js';

function synchronizedAt(
  onPremisesLastSyncDateTime: string | null,
  onPremisesSyncEnabled: boolean | null = true,
): Partial<TenantParts> {
  return {
    organization: { onPremisesSyncEnabled, onPremisesLastSyncDateTime, onPremisesLastPasswordSyncDateTime: null },
  };
}

export const cases: readonly TenantCase[] = [
  {
    name: 'the last synchronization was months ago',
    demo: true,
    tenant: synchronizedAt('2026-05-04T06:12:44Z'),
    violations: [{ on: 'tenant', severity: 'high', evidence: { onPremisesLastSyncDateTime: '2026-05-04T06:12:44Z' } }],
  },
  {
    name: 'the last synchronization was four hours ago',
    tenant: synchronizedAt('2026-11-23T22:00:00Z'),
    violations: [{ on: 'tenant', severity: 'medium' }],
  },
  {
    name: 'the last synchronization was exactly 24 hours ago',
    tenant: synchronizedAt('2026-11-23T02:00:00Z'),
    violations: [{ severity: 'medium' }],
  },
  {
    name: 'the last synchronization was more than 24 hours ago',
    tenant: synchronizedAt('2026-11-23T01:59:59Z'),
    violations: [{ severity: 'high' }],
  },
  {
    name: 'the last synchronization was exactly three hours ago',
    tenant: synchronizedAt('2026-11-23T23:00:00Z'),
    violations: [],
  },
  { name: 'the last synchronization was minutes ago', tenant: synchronizedAt('2026-11-24T01:47:03Z'), violations: [] },
  {
    name: 'Graph does not return the time of the last synchronization',
    tenant: synchronizedAt(null),
    violations: [],
    undetermined: true,
  },
  { name: 'synchronization is off', tenant: synchronizedAt('2021-02-03T04:05:06Z', false), violations: [] },
  { name: 'the tenant never had an on-premises directory', tenant: synchronizedAt(null, null), violations: [] },
];
