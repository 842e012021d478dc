import { reachabilitySelect, undeterminedAt, violationsAt } from '../../model/reachability/reachability.js';
import { appRule } from '../../model/rule/rule.js';
import { manualFix } from './manual.js';
import { createResourceServicePrincipal } from './remedy.js';

/**
 * Tokens are issued for the service principal of an API, so the API needs an enabled service principal.
 * Source: Microsoft Learn, Microsoft Entra authentication error codes 650052, 500011, 500014.
 */
export const rule = appRule({
  id: 'require-resource-service-principal',
  title: 'Every API that an application requests has an enabled service principal in the tenant',
  problem: 'Requested API is missing or disabled in the tenant',
  severity: 'medium',
  codes: ['AADSTS650052', 'AADSTS500011', 'AADSTS500014'],
  manualFix,
  remedy: createResourceServicePrincipal,
  select: { ...reachabilitySelect, tenant: ['resources'] },
  check: (app, tenant) => violationsAt('resource', app, tenant),
  undetermined: (app, tenant) => undeterminedAt('resource', app, tenant),
  appliesWithoutApplication: () => false,
});
