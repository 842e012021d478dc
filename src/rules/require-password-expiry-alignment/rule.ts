import { neverExpires } from '../../model/hybrid.js';
import { tenantRule } from '../../model/rule.js';

/**
 * Password hash synchronization sets the passwords of synchronized users to never expire in the cloud, unless the cloud's
 * policy is switched on for them. Where a managed domain does expire passwords, its users then live under two policies.
 * What Graph does not tell is not held against the tenant; an unset period may be inherited from the parent domain.
 * Sources: Microsoft Learn, "Implement password hash synchronization", password expiration policy; Graph, domain.
 */
export const requirePasswordExpiryAlignment = tenantRule({
  id: 'require-password-expiry-alignment',
  title: 'Passwords of synchronized users expire as the policy of their domain says',
  severity: 'low',
  codes: ['AADSTS50055', 'AADSTS50144'],
  select: { tenant: ['organization', 'onPremisesSynchronization', 'domains'] },
  check({ id, displayName, organization, onPremisesSynchronization: features, domains }) {
    const synchronized = organization.onPremisesSyncEnabled === true && features?.passwordSyncEnabled === true;
    if (!synchronized || features.cloudPasswordPolicyForPasswordSyncedUsersEnabled !== false) return [];
    const periods = domains
      .filter(({ authenticationType, isVerified }) => isVerified && authenticationType?.toLowerCase() === 'managed')
      .flatMap(({ passwordValidityPeriodInDays: days }) => (days === null || days >= neverExpires ? [] : [days]));
    if (periods.length === 0) return [];
    return [
      {
        on: 'tenant',
        objectId: id,
        message: `Passwords in ${displayName} expire after ${Math.min(...periods)} days, but not those of synchronized users.`,
        evidence: { domains: periods.length, passwordValidityPeriodInDays: Math.min(...periods) },
      },
    ];
  },
});
