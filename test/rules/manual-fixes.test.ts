import { describe, expect, it } from '@jest/globals';
import { isGuid } from '../../src/model/entra/guid.js';
import { judgeApp, judgeTenant, type WholeApp } from '../../src/model/finding/judge.js';
import { graphRequestText, manualFixOf } from '../../src/model/remediation/manual-fix.js';
import type { AppRule, Rule, TenantRule } from '../../src/model/rule/rule.js';
import type { Tenant, TenantPart } from '../../src/model/tenant/tenant.js';
import { appCases, tenantCases } from '../../src/rules/all-cases.js';
import { rules } from '../../src/rules/index.js';
import { tenantOfCase } from '../../src/rules/testing/case-tenant.js';
import { caseTenant, cleanTenantParts } from '../../src/rules/testing/cases.js';

/** The findings of a rule on its own cases. */
function findingsOf(rule: Rule) {
  if (rule.on === 'tenant') {
    return (tenantCases[rule.id] ?? []).flatMap(({ tenant }) =>
      judgeTenant([rule as TenantRule], { ...caseTenant, ...cleanTenantParts, ...tenant } as Tenant<TenantPart>),
    );
  }
  return (appCases[rule.id] ?? []).flatMap((example) =>
    judgeApp([rule as AppRule], example.app as unknown as WholeApp, tenantOfCase(example)),
  );
}

const withFix = rules.filter(({ manualFix }) => manualFix);

describe('a manual fix', () => {
  // The remaining rules: a plan changes the policy, an API must change its code, the owner of an API must publish.
  it('exists for the rules that a change of the directory fixes', () => {
    const without = rules.filter(({ manualFix }) => !manualFix).map(({ id }) => id);
    expect(without).toEqual([
      'no-symmetric-key-addition',
      'require-app-specific-metadata',
      'require-delegated-permission',
    ]);
  });

  it.each(withFix.map((rule) => [rule.id, rule] as const))('of %s has three forms with ids and no names', (_, rule) => {
    const found = findingsOf(rule);
    expect(found.length).toBeGreaterThan(0);
    for (const { observed } of found) {
      const fix = manualFixOf(rules, observed);
      expect(fix?.portal).toMatch(/^Entra admin center > Entra ID > /);
      expect(fix?.powershell.length).toBeGreaterThan(0);
      const commands = fix?.powershell.join('\n') ?? '';
      expect(commands).toMatch(/\b(Add|Get|Invoke|New|Remove|Start|Update)-(ADSync|Entra|Mg)[A-Z]\w+/);
      expect(fix?.graph.map(graphRequestText).join('\n')).toMatch(/^(GET|POST|PATCH|PUT|DELETE) \/v1\.0\//);
      if (observed.displayName.length > 8) expect(JSON.stringify(fix)).not.toContain(observed.displayName);
      if (isGuid(observed.objectId) && rule.on === 'app') expect(JSON.stringify(fix)).toMatch(/[0-9a-f]{8}-/);
    }
  });

  it('takes nothing but GUIDs into its commands', () => {
    const hostile = "x'; Remove-Item -Recurse / #";
    const facts = {
      on: 'application',
      objectId: hostile,
      appId: hostile,
      key: hostile,
      evidence: { resourceAppId: hostile },
    };
    for (const { manualFix } of withFix) expect(JSON.stringify(manualFix?.(facts))).not.toContain('Remove-Item');
  });
});
