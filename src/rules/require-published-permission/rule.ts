import { reachabilitySelect, undeterminedAt, violationsAt } from '../../model/reachability/reachability.js';
import { appRule } from '../../model/rule/rule.js';
import { manualFix } from './manual.js';

/**
 * A permission that the API does not publish, or has disabled, cannot get consent.
 * Source: Microsoft Learn, Microsoft Entra authentication error codes 650056 (requests with `.default`), 650053 (requests
 * that name the scope), 65005.
 */
export const rule = appRule({
  id: 'require-published-permission',
  title: 'The API publishes every permission that an application requests',
  problem: 'Request for a permission that does not exist',
  severity: 'medium',
  codes: ['AADSTS650056', 'AADSTS650053', 'AADSTS65005'],
  manualFix,
  select: { ...reachabilitySelect, tenant: ['resources'] },
  check: (app, tenant) => violationsAt('published', app, tenant),
  undetermined: (app, tenant) => undeterminedAt('published', app, tenant),
  appliesWithoutApplication: () => false,
});
