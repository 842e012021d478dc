import { tenantRule } from '../../model/rule/rule.js';
import { allHold, isStale, severityOfStale } from '../../model/tenant/hybrid.js';
import type { Tenant } from '../../model/tenant/tenant.js';
import { manualFix } from './manual.js';

/**
 * A hybrid tenant signs users in with the last synchronized data of the on-premises directory. Synchronization runs every
 * 30 minutes. Where Graph does not return the time of the last run, the rule is undetermined.
 * Sources: Graph, organization (`onPremisesSyncEnabled`, `onPremisesLastSyncDateTime`); Microsoft Learn, "Microsoft Entra
 * Connect Sync: Scheduler"; "AADSTS50000", cause 1.
 */
export const rule = tenantRule({
  id: 'require-fresh-directory-sync',
  title: 'The on-premises directory was synchronized within the last three hours',
  problem: 'Directory synchronization is late',
  severity: 'high',
  codes: ['AADSTS50034', 'AADSTS50126', 'AADSTS50000'],
  manualFix,
  select: { tenant: ['organization'] },
  undetermined: (tenant) =>
    isViolated(tenant) === null ? 'Graph does not return the time of the last directory synchronization.' : undefined,
  check(tenant) {
    if (!isViolated(tenant)) return [];
    const { id, displayName, observedAt, organization } = tenant;
    const { onPremisesLastSyncDateTime } = organization;
    return [
      {
        on: 'tenant',
        objectId: id,
        ...severityOfStale(onPremisesLastSyncDateTime, observedAt),
        message: `The last directory synchronization of ${displayName} was at ${onPremisesLastSyncDateTime}.`,
        evidence: { onPremisesLastSyncDateTime },
      },
    ];
  },
});

function isViolated({ observedAt, organization }: Tenant<'organization'>): boolean | null {
  const { onPremisesSyncEnabled, onPremisesLastSyncDateTime } = organization;
  return allHold(onPremisesSyncEnabled === true, isStale(onPremisesLastSyncDateTime, observedAt));
}
