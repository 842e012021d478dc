import { reachabilitySelect, undeterminedAt, violationsAt } from '../../model/reachability/reachability.js';
import { appRule } from '../../model/rule/rule.js';
import { manualFix } from './manual.js';

/**
 * An administrator can grant consent in advance only to declared permissions. A client that an API preauthorizes needs no
 * consent.
 * Source: Microsoft Learn, "AADSTS650056: Misconfigured application".
 */
export const rule = appRule({
  id: 'require-declared-permission',
  title: 'Applications that sign users in declare the permissions they need',
  problem: 'No declared permissions',
  severity: 'low',
  codes: ['AADSTS650056'],
  manualFix,
  select: { ...reachabilitySelect, tenant: ['grants', 'resources'] },
  check: (app, tenant) => violationsAt('declared', app, tenant),
  undetermined: (app, tenant) => undeterminedAt('declared', app, tenant),
  appliesWithoutApplication: () => false,
});
