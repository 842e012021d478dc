import { reachabilitySelect, undeterminedAt, violationsAt } from '../../model/reachability/reachability.js';
import { appRule } from '../../model/rule/rule.js';
import { manualFix } from './manual.js';

/**
 * A permission that only an administrator can grant, or that the tenant's policies do not let users grant, must be
 * granted for the whole tenant. Otherwise users see a page that requires an administrator.
 * Source: Microsoft Learn, "Unexpected consent prompt"; Graph, oAuth2PermissionGrant, permissionGrantPolicy.
 */
export const rule = appRule({
  id: 'require-granted-permission',
  title: 'An administrator has granted the permissions that users cannot grant',
  problem: 'Permission without admin consent',
  severity: 'medium',
  codes: ['AADSTS65001', 'AADSTS90094', 'AADSTS501051'],
  manualFix,
  select: {
    ...reachabilitySelect,
    tenant: [
      'appRoleAssignments',
      'authorizationPolicy',
      'grants',
      'permissionClassifications',
      'permissionGrantPolicies',
      'resources',
    ],
  },
  check: (app, tenant) => violationsAt('granted', app, tenant),
  undetermined: (app, tenant) => undeterminedAt('granted', app, tenant),
  appliesWithoutApplication: () => false,
});
