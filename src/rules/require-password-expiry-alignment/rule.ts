import { isDocumented } from '../../model/entra/enum-value.js';
import { tenantRule } from '../../model/rule/rule.js';
import { allHold, neverExpires } from '../../model/tenant/hybrid.js';
import type { Tenant } from '../../model/tenant/tenant.js';
import { manualFix } from './manual.js';

/**
 * Password hash synchronization sets the passwords of synchronized users to never expire in the cloud, unless the cloud
 * password policy is on for them. In a managed domain with expiring passwords, its users then have two policies. Where
 * Graph does not return the deciding values, the rule is undetermined. An unset period can be inherited from the parent
 * domain, so it is not reported.
 * Sources: Microsoft Learn, "Implement password hash synchronization", password expiration policy; Graph, domain.
 */
export const rule = tenantRule({
  id: 'require-password-expiry-alignment',
  title: 'Passwords of synchronized users expire as the policy of their domain says',
  problem: 'Passwords never expire in the cloud, but expire on-premises',
  severity: 'low',
  codes: ['AADSTS50055', 'AADSTS50144'],
  manualFix,
  select: { tenant: ['organization', 'onPremisesSynchronization', 'domains'] },
  undetermined: (tenant) =>
    isViolated(tenant) === null
      ? 'Graph does not return whether passwords are synchronized, whether the cloud password policy is on for synchronized users, or the authentication type of a domain.'
      : undefined,
  check(tenant) {
    if (!isViolated(tenant)) return [];
    const { id, displayName } = tenant;
    const periods = validityPeriods(tenant);
    return [
      {
        on: 'tenant',
        objectId: id,
        message: `Passwords in ${displayName} expire after ${Math.min(...periods)} days, but the cloud passwords of synchronized users never expire.`,
        evidence: { domains: periods.length, passwordValidityPeriodInDays: Math.min(...periods) },
      },
    ];
  },
});

type Parts = Tenant<'organization' | 'onPremisesSynchronization' | 'domains'>;

function isViolated(tenant: Parts): boolean | null {
  const { organization, onPremisesSynchronization: features } = tenant;
  const cloudPolicy = features?.cloudPasswordPolicyForPasswordSyncedUsersEnabled;
  return allHold(
    organization.onPremisesSyncEnabled === true,
    features?.passwordSyncEnabled,
    cloudPolicy == null ? null : !cloudPolicy,
    validityPeriods(tenant).length > 0 || (hasUnclearDomain(tenant) ? null : false),
  );
}

/** Source: Graph, domain: `authenticationType`. */
function hasUnclearDomain({ domains }: Parts): boolean {
  return domains.some(
    ({ authenticationType, isVerified }) => isVerified && !isDocumented(authenticationType, ['managed', 'federated']),
  );
}

/** The validity period in days, of each domain with expiring passwords. */
function validityPeriods({ domains }: Parts): number[] {
  return domains
    .filter(({ authenticationType, isVerified }) => isVerified && authenticationType?.toLowerCase() === 'managed')
    .flatMap(({ passwordValidityPeriodInDays: days }) => (days === null || days >= neverExpires ? [] : [days]));
}
