import { reachabilitySelect, undeterminedAt, violationsAt } from '../../model/reachability/reachability.js';
import { appRule } from '../../model/rule/rule.js';
import { manualFix } from './manual.js';

/**
 * Users cannot sign in to a disabled app, and it cannot get a token for itself.
 * Source: Graph, servicePrincipal: `accountEnabled`, `disabledByMicrosoftStatus`; error code 7000112.
 */
export const rule = appRule({
  id: 'require-enabled-service-principal',
  title: 'Service principals of apps are enabled',
  problem: 'Disabled service principal',
  severity: 'medium',
  codes: ['AADSTS7000112'],
  manualFix,
  select: { ...reachabilitySelect },
  check: (app, tenant) => violationsAt('enabled', app, tenant),
  undetermined: (app, tenant) => undeterminedAt('enabled', app, tenant),
});
