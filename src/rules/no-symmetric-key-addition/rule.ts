import { tenantRule } from '../../model/rule.js';
import type { TenantParts } from '../../model/tenant.js';
import { restrictSymmetricKeys } from './remedy.js';

type Restrictions = TenantParts['defaultAppManagementPolicy']['applicationRestrictions'];

/**
 * A policy can keep everybody from adding symmetric keys, so that none has to be found and removed later. They are
 * restricted among the `passwordCredentials`, for applications and for service principals apart; a policy of its own
 * takes the place of the default for the objects it is assigned to.
 * Source: Graph, tenantAppManagementPolicy, appManagementPolicy, passwordCredentialConfiguration.
 */
export const noSymmetricKeyAddition = tenantRule({
  id: 'no-symmetric-key-addition',
  title: 'Nobody can add a symmetric key to an application or a service principal',
  severity: 'medium',
  codes: ['AADSTS50000'],
  remedy: restrictSymmetricKeys,
  select: { tenant: ['defaultAppManagementPolicy', 'appManagementPolicies'] },
  check({ id, displayName, defaultAppManagementPolicy: policy, appManagementPolicies }) {
    const { isEnabled } = policy;
    const applications = isEnabled ? gapOf(policy.applicationRestrictions) : 'policy-disabled';
    const servicePrincipals = isEnabled ? gapOf(policy.servicePrincipalRestrictions) : 'policy-disabled';
    const byDefault = {
      on: 'tenant',
      objectId: id,
      message: `The default app management policy of ${displayName} lets symmetric keys be added.`,
      evidence: { isEnabled, applications, servicePrincipals },
    } as const;
    const bySome = appManagementPolicies
      .filter(({ isEnabled, restrictions }) => isEnabled && gapOf(restrictions) !== 'none')
      .map(({ id: policyId, displayName: name, restrictions }) => ({
        on: 'tenant' as const,
        objectId: id,
        key: policyId,
        severity: 'low' as const,
        message: `The app management policy ${name ?? policyId} lets symmetric keys be added to what it is assigned to.`,
        evidence: { policyId, gap: gapOf(restrictions) },
      }));
    return [...(applications === 'none' && servicePrincipals === 'none' ? [] : [byDefault]), ...bySome];
  },
});

/** Before this date there was no app to leave out. */
const beforeAnyApp = Date.parse('2010-01-01T00:00:00Z');

/** What a policy leaves open. An entry whose type Graph does not tell may be the one that matters: no accusation. */
function gapOf(restrictions: Restrictions): 'none' | 'not-restricted' | 'older-apps' {
  const entries = restrictions?.passwordCredentials ?? [];
  const entry = entries.find(({ restrictionType }) => restrictionType === 'symmetricKeyAddition');
  const untold = entries.some(({ restrictionType: type }) => !type || type === 'unknownFutureValue');
  if (!entry) return untold ? 'none' : 'not-restricted';
  if (entry.state === 'disabled') return 'not-restricted';
  const after = entry.restrictForAppsCreatedAfterDateTime;
  return after && Date.parse(after) > beforeAnyApp ? 'older-apps' : 'none';
}
