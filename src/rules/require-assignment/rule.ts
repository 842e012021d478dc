import { reachabilitySelect, undeterminedAt, violationsAt } from '../../model/reachability/reachability.js';
import { appRule } from '../../model/rule/rule.js';
import { manualFix } from './manual.js';

/**
 * Only assigned users can sign in to an app that requires assignment, and the consent of users is not enough for it.
 * Source: Graph, servicePrincipal: `appRoleAssignmentRequired`; Microsoft Learn, "Configure how users consent to
 * applications"; error code 50105.
 */
export const rule = appRule({
  id: 'require-assignment',
  title: 'Apps that require assignment have assignments and granted permissions',
  problem: 'Assignment required, but access is incomplete',
  severity: 'medium',
  codes: ['AADSTS50105', 'AADSTS90094'],
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
  check: (app, tenant) => violationsAt('assigned', app, tenant),
  undetermined: (app, tenant) => undeterminedAt('assigned', app, tenant),
  appliesWithoutApplication: ({ appRoleAssignmentRequired }) => appRoleAssignmentRequired !== false,
});
