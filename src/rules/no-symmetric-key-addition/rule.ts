import { tenantRule } from '../../model/rule/rule.js';
import type { TenantParts } from '../../model/tenant/tenant.js';
import { restrictSymmetricKeys } from './remedy.js';

type Restrictions = TenantParts['defaultAppManagementPolicy']['applicationRestrictions'];

/**
 * A policy can prevent the addition of symmetric keys, so that none must be removed later. The restriction is one of the
 * `passwordCredentials`, set separately for applications and for service principals. A custom policy replaces the default
 * policy for the objects that it is assigned to.
 * Source: Graph, tenantAppManagementPolicy, appManagementPolicy, passwordCredentialConfiguration.
 */
export const rule = tenantRule({
  id: 'no-symmetric-key-addition',
  title: 'The tenant policy blocks new symmetric keys',
  problem: 'Tenant policy permits new symmetric keys',
  severity: 'low',
  codes: ['AADSTS50000'],
  remedy: restrictSymmetricKeys,
  select: { tenant: ['defaultAppManagementPolicy', 'appManagementPolicies'] },
  undetermined({ defaultAppManagementPolicy, appManagementPolicies }) {
    const gaps = [
      ...Object.values(gapsOf(defaultAppManagementPolicy)),
      ...appManagementPolicies.filter(({ isEnabled }) => isEnabled).map(({ restrictions }) => gapOf(restrictions)),
    ];
    return gaps.includes('undetermined')
      ? 'Graph does not return the type of a restriction of an app management policy.'
      : undefined;
  },
  check({ id, displayName, defaultAppManagementPolicy, appManagementPolicies }) {
    const { isEnabled } = defaultAppManagementPolicy;
    const { applications, servicePrincipals } = gapsOf(defaultAppManagementPolicy);
    const byDefault = {
      on: 'tenant',
      objectId: id,
      message: `The default app management policy of ${displayName} permits new symmetric keys.`,
      evidence: { isEnabled, applications, servicePrincipals },
    } as const;
    const bySome = appManagementPolicies
      .filter(({ isEnabled, restrictions }) => isEnabled && isOpen(gapOf(restrictions)))
      .map(({ id: policyId, displayName: name, restrictions }) => ({
        on: 'tenant' as const,
        objectId: id,
        key: policyId,
        message: `The app management policy ${name ?? policyId} permits new symmetric keys on its assigned apps.`,
        evidence: { policyId, gap: gapOf(restrictions) },
      }));
    return [...(isOpen(applications) || isOpen(servicePrincipals) ? [byDefault] : []), ...bySome];
  },
});

/** A restriction for apps created after an earlier date than this leaves no app out. */
const beforeAnyApp = Date.parse('2010-01-01T00:00:00Z');

type Gap = 'none' | 'not-restricted' | 'older-apps' | 'policy-disabled' | 'undetermined';

function isOpen(gap: Gap): boolean {
  return gap !== 'none' && gap !== 'undetermined';
}

function gapsOf(policy: TenantParts['defaultAppManagementPolicy']): Record<'applications' | 'servicePrincipals', Gap> {
  if (!policy.isEnabled) return { applications: 'policy-disabled', servicePrincipals: 'policy-disabled' };
  const { applicationRestrictions, servicePrincipalRestrictions } = policy;
  return { applications: gapOf(applicationRestrictions), servicePrincipals: gapOf(servicePrincipalRestrictions) };
}

/** The gap that a policy leaves. An entry whose type Graph does not return can be the restriction: then it is undetermined. */
function gapOf(restrictions: Restrictions): Gap {
  const entries = restrictions?.passwordCredentials ?? [];
  const entry = entries.find(({ restrictionType }) => restrictionType === 'symmetricKeyAddition');
  const unknownEntry = entries.some(({ restrictionType: type }) => !type || type === 'unknownFutureValue');
  if (!entry) return unknownEntry ? 'undetermined' : 'not-restricted';
  if (entry.state === 'disabled') return 'not-restricted';
  // Older policies have no state: their restrictions are enabled.
  if (entry.state && entry.state !== 'enabled') return 'undetermined';
  const after = entry.restrictForAppsCreatedAfterDateTime;
  return after && Date.parse(after) > beforeAnyApp ? 'older-apps' : 'none';
}
