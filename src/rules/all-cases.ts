import { rulesWithCases } from './cases.generated.js';
import type { AppCase, AppRuleWithCases, RuleWithCases, TenantCase, TenantRuleWithCases } from './testing/cases.js';

/** The cases of every app rule, by rule id. */
export const appCases: Readonly<Record<string, readonly AppCase[]>> = Object.fromEntries(
  rulesWithCases.filter(isOfAppRule).map(({ rule, cases }) => [rule.id, cases]),
);

/** The cases of every tenant rule, by rule id. */
export const tenantCases: Readonly<Record<string, readonly TenantCase[]>> = Object.fromEntries(
  rulesWithCases.filter(isOfTenantRule).map(({ rule, cases }) => [rule.id, cases]),
);

function isOfAppRule(one: RuleWithCases): one is AppRuleWithCases {
  return one.rule.on === 'app';
}

function isOfTenantRule(one: RuleWithCases): one is TenantRuleWithCases {
  return one.rule.on === 'tenant';
}
