import { reachabilitySelect, undeterminedAt, violationsAt } from '../../model/reachability/reachability.js';
import { appRule } from '../../model/rule/rule.js';

/**
 * An API that publishes application permissions only cannot be called on behalf of a user.
 * Source: Microsoft Learn, "AADSTS50000: There was an error issuing a token", cause 5.
 */
export const rule = appRule({
  id: 'require-delegated-permission',
  title: 'Applications request delegated access only from APIs that publish delegated permissions',
  problem: 'Delegated access to an API without delegated permissions',
  severity: 'high',
  codes: ['AADSTS50000'],
  select: { ...reachabilitySelect, tenant: ['resources'] },
  check: (app, tenant) => violationsAt('delegated', app, tenant),
  undetermined: (app, tenant) => undeterminedAt('delegated', app, tenant),
  appliesWithoutApplication: () => false,
});
