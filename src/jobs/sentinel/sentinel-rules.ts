import type { AppRule, Rule } from '../../model/rule/rule.js';
import type { TenantPart } from '../../model/tenant/tenant.js';

/** The rule whose violations a listing of key credentials shows by itself. */
const keyRuleId = 'no-symmetric-signing-key';

/** Parts that are few and read once, or read directly for one app. All others need listings, which only a scan has. */
const cheapParts: ReadonlySet<TenantPart> = new Set([
  'claimsMappingPolicies',
  'extensionProperties',
  'federatedCredentials',
]);

/** The rule that decides on the objects with keys; undefined if it is turned off. */
export function keyRuleOf(rules: readonly Rule[]): AppRule | undefined {
  return rules.find((rule): rule is AppRule => rule.on === 'app' && rule.id === keyRuleId);
}

/** The rules that judge one app without a listing of the tenant. */
export function rulesForOneApp(rules: readonly Rule[]): readonly AppRule[] {
  return rules.filter(
    (rule): rule is AppRule => rule.on === 'app' && (rule.select.tenant ?? []).every((part) => cheapParts.has(part)),
  );
}
