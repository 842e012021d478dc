import { isOlderThan, staleAfterHours } from '../../model/hybrid.js';
import { tenantRule } from '../../model/rule.js';

/**
 * With password hash synchronization on, Entra checks passwords against what it last heard. It is quite apart from
 * directory synchronization and can stop alone. What Graph does not tell is not held against the tenant.
 * Sources: Microsoft Learn, "Troubleshoot password hash synchronization" (a heartbeat every half hour even where no
 * password changed); "AADSTS50000", cause 1.
 */
export const requireFreshPasswordSync = tenantRule({
  id: 'require-fresh-password-sync',
  title: 'Password hashes were synchronized within the last three hours',
  severity: 'high',
  codes: ['AADSTS50126', 'AADSTS50055', 'AADSTS50000'],
  select: { tenant: ['organization', 'onPremisesSynchronization'] },
  check({ id, displayName, observedAt, organization, onPremisesSynchronization }) {
    const { onPremisesSyncEnabled, onPremisesLastPasswordSyncDateTime } = organization;
    const on = onPremisesSyncEnabled === true && onPremisesSynchronization?.passwordSyncEnabled === true;
    if (!on || !isOlderThan(onPremisesLastPasswordSyncDateTime, staleAfterHours, observedAt)) return [];
    return [
      {
        on: 'tenant',
        objectId: id,
        message: `The passwords of ${displayName} were last synchronized from the premises at ${onPremisesLastPasswordSyncDateTime}.`,
        evidence: { onPremisesLastPasswordSyncDateTime },
      },
    ];
  },
});
