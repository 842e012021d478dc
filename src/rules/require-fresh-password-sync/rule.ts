import { tenantRule } from '../../model/rule/rule.js';
import { allHold, isStale, severityOfStale } from '../../model/tenant/hybrid.js';
import type { Tenant } from '../../model/tenant/tenant.js';
import { manualFix } from './manual.js';

/**
 * With password hash synchronization on, Entra checks passwords against the last synchronized hashes. It is separate from
 * directory synchronization and can stop alone. Where Graph does not return the deciding values, the rule is undetermined.
 * Sources: Microsoft Learn, "Troubleshoot password hash synchronization" (a heartbeat every 30 minutes even if no
 * password changed); "AADSTS50000", cause 1.
 */
export const rule = tenantRule({
  id: 'require-fresh-password-sync',
  title: 'Password hashes were synchronized within the last three hours',
  problem: 'Password hash synchronization is late',
  severity: 'high',
  codes: ['AADSTS50126', 'AADSTS50055', 'AADSTS50000'],
  manualFix,
  select: { tenant: ['organization', 'onPremisesSynchronization'] },
  undetermined: (tenant) =>
    isViolated(tenant) === null
      ? 'Graph does not return whether password hash synchronization is on, or the time of the last one.'
      : undefined,
  check(tenant) {
    if (!isViolated(tenant)) return [];
    const { id, displayName, observedAt, organization } = tenant;
    const { onPremisesLastPasswordSyncDateTime } = organization;
    return [
      {
        on: 'tenant',
        objectId: id,
        ...severityOfStale(onPremisesLastPasswordSyncDateTime, observedAt),
        message: `The last password hash synchronization of ${displayName} was at ${onPremisesLastPasswordSyncDateTime}.`,
        evidence: { onPremisesLastPasswordSyncDateTime },
      },
    ];
  },
});

function isViolated(tenant: Tenant<'organization' | 'onPremisesSynchronization'>): boolean | null {
  const { observedAt, organization, onPremisesSynchronization: features } = tenant;
  return allHold(
    organization.onPremisesSyncEnabled === true,
    features?.passwordSyncEnabled,
    isStale(organization.onPremisesLastPasswordSyncDateTime, observedAt),
  );
}
