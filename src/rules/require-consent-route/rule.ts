import { tenantRule } from '../../model/rule/rule.js';
import { isCustomerTenant } from '../../model/tenant/tenant-type.js';
import { manualFix } from './manual.js';
import { enableConsentRequests } from './remedy.js';

/**
 * A user who may not consent must be able to request consent. With user consent off and no admin consent workflow, no
 * app gets a first token without earlier admin consent. Customers in an external or a B2C tenant can do neither: there an
 * administrator consents for them.
 * Sources: Microsoft Learn, authorizationPolicy (no `ManagePermissionGrantsForSelf.*` assigned = user consent is off)
 * and adminConsentRequestPolicy; "AADSTS50000", cause 3.
 */
export const rule = tenantRule({
  id: 'require-consent-route',
  title: 'Users can consent to apps or request consent from an administrator',
  problem: 'Users cannot consent or ask for consent',
  severity: 'high',
  codes: ['AADSTS90094', 'AADSTS65001', 'AADSTS50000'],
  manualFix,
  remedy: enableConsentRequests,
  select: { tenant: ['authorizationPolicy', 'adminConsentRequestPolicy'] },
  check({ id, displayName, tenantType, authorizationPolicy, adminConsentRequestPolicy }) {
    if (isCustomerTenant({ tenantType })) return [];
    const assigned = authorizationPolicy.defaultUserRolePermissions?.permissionGrantPoliciesAssigned ?? [];
    const usersMayConsent = assigned.some((policy) => /^ManagePermissionGrantsForSelf\./i.test(policy));
    const reviewers = adminConsentRequestPolicy.reviewers?.length ?? 0;
    const workflowEnabled = adminConsentRequestPolicy.isEnabled === true;
    if (usersMayConsent || (workflowEnabled && reviewers > 0)) return [];
    return [
      {
        on: 'tenant',
        objectId: id,
        message: `Users of ${displayName} cannot consent to apps, and ${workflowEnabled ? 'the admin consent workflow has no reviewer' : 'the admin consent workflow is off'}.`,
        evidence: { usersMayConsent, workflowEnabled, reviewers },
      },
    ];
  },
});
