import { isOlderThan, staleAfterHours } from '../../model/hybrid.js';
import { tenantRule } from '../../model/rule.js';

/**
 * A hybrid tenant signs people in by what it last heard of the directory on premises. Synchronization runs every half
 * hour. Where Graph does not tell when it ran, nothing is found.
 * Sources: Graph, organization (`onPremisesSyncEnabled`, `onPremisesLastSyncDateTime`); Microsoft Learn, "Microsoft Entra
 * Connect Sync: Scheduler"; "AADSTS50000", cause 1.
 */
export const requireFreshDirectorySync = tenantRule({
  id: 'require-fresh-directory-sync',
  title: 'The directory on premises was synchronized within the last three hours',
  severity: 'high',
  codes: ['AADSTS50034', 'AADSTS50126', 'AADSTS50000'],
  select: { tenant: ['organization'] },
  check({ id, displayName, observedAt, organization }) {
    const { onPremisesSyncEnabled, onPremisesLastSyncDateTime } = organization;
    const stale = isOlderThan(onPremisesLastSyncDateTime, staleAfterHours, observedAt);
    if (onPremisesSyncEnabled !== true || !stale) return [];
    return [
      {
        on: 'tenant',
        objectId: id,
        message: `The directory of ${displayName} was last synchronized from the premises at ${onPremisesLastSyncDateTime}.`,
        evidence: { onPremisesLastSyncDateTime },
      },
    ];
  },
});
