import { describe, expect, it } from '@jest/globals';
import type { App } from '../src/model/entra/app.js';
import type { AppRule, Rule, TenantRule } from '../src/model/rule/rule.js';
import type { Violation } from '../src/model/rule/violation.js';
import type { Tenant, TenantPart } from '../src/model/tenant/tenant.js';
import { appCases, tenantCases } from '../src/rules/all-cases.js';
import { rules } from '../src/rules/index.js';
import { tenantOfCase } from '../src/rules/testing/case-tenant.js';
import { type CaseApp, caseTenant, cleanTenantParts, type Expected } from '../src/rules/testing/cases.js';

const appRules = rules.filter((rule): rule is AppRule => rule.on === 'app');
const tenantRules = rules.filter((rule): rule is TenantRule => rule.on === 'tenant');
const cleanTenant = { ...caseTenant, ...cleanTenantParts };

/** The app with only the selected properties, frozen: a rule can neither read other properties nor change these. */
function asSelected(app: CaseApp, { select }: AppRule): App<never, never> {
  const pick = (whole: object | null, properties: readonly string[] = []) =>
    whole === null
      ? undefined
      : strict(
          Object.fromEntries(
            Object.entries(whole).filter(([name]) =>
              ['id', 'appId', 'displayName', 'subtype', ...properties].includes(name),
            ),
          ),
          properties,
        );
  return Object.freeze({
    appId: app.appId,
    application: pick(app.application, select.application),
    servicePrincipal: pick(app.servicePrincipal, select.servicePrincipal),
  }) as App<never, never>;
}

/** Throws when a rule reads a property that it did not select. */
function strict<T extends object>(object: T, selected: readonly string[]): T {
  return new Proxy(Object.freeze(object), {
    get(target, name) {
      if (typeof name === 'string' && !(name in target) && name !== 'subtype' && !selected.includes(name))
        throw new Error(`reads ${name} without selecting it`);
      return Reflect.get(target, name);
    },
  });
}

/** The tenant with only the selected parts: where a rule selects too few, its cases fail. */
function selectedParts(tenant: Tenant<TenantPart>, { select }: Rule): Tenant<TenantPart> {
  const parts: readonly string[] = select.tenant ?? [];
  const entries = Object.entries(tenant).filter(([name]) => !(name in cleanTenantParts) || parts.includes(name));
  return Object.fromEntries(entries) as unknown as Tenant<TenantPart>;
}

/** Cases expect the severity of the finding: that of the violation, or else that of the rule. */
function expectViolations(
  { severity }: Pick<Rule, 'severity'>,
  actual: readonly Violation[],
  expected: readonly Expected[],
): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach(({ evidence, ...members }, index) => {
    expect({ severity, ...actual[index] }).toMatchObject(members);
    if (evidence) expect(actual[index]?.evidence).toMatchObject(evidence);
  });
}

describe.each(appRules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  it.each((appCases[id] ?? []).map((example) => [example.name, example] as const))(
    'judges a tenant where %s',
    (_name, example) => {
      const app = asSelected(example.app, rule) as never;
      const tenant = selectedParts(tenantOfCase(example), rule);
      expectViolations(rule, rule.check(app, tenant), example.violations);
      const undetermined = (rule.undetermined?.(app, tenant) ?? []).map(({ key }) => key);
      expect(undetermined).toEqual(example.undetermined ?? []);
    },
  );

  it('has cases with and without violations', () => {
    const cases = appCases[id] ?? [];
    expect(cases.some(({ violations }) => violations.length > 0)).toBe(true);
    expect(cases.some(({ violations }) => violations.length === 0)).toBe(true);
  });
});

describe.each(tenantRules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  it.each((tenantCases[id] ?? []).map((example) => [example.name, example] as const))(
    'judges a tenant where %s',
    (_name, example) => {
      const tenant = selectedParts({ ...cleanTenant, ...example.tenant }, rule);
      expectViolations(rule, rule.check(tenant), example.violations);
      expect(rule.undetermined?.(tenant)).toEqual(
        example.undetermined ? expect.stringMatching(/^Graph [^\n]+\.$/) : undefined,
      );
    },
  );

  it('finds nothing in the clean tenant', () => {
    expect([rule.check(cleanTenant), rule.undetermined?.(cleanTenant)]).toEqual([[], undefined]);
  });
});

describe('the catalogue', () => {
  const everyCase = Object.entries(appCases).flatMap(([id, cases]) => cases.map((example) => [id, example] as const));

  it.each(everyCase.map(([id, example]) => [`${id}: ${example.name}`, id, example] as const))(
    'has a case that violates only its own rule: %s',
    (_name, id, example) => {
      const violated = appRules.filter(
        (rule) => rule.check(asSelected(example.app, rule) as never, tenantOfCase(example)).length > 0,
      );
      expect(violated.map((rule) => rule.id)).toEqual(example.violations.length > 0 ? [id] : []);
    },
  );

  const everyTenantCase = Object.entries(tenantCases).flatMap(([id, cases]) =>
    cases.map((example) => [`${id}: ${example.name}`, id, example] as const),
  );

  it.each(everyTenantCase)('has a case that violates only its own tenant rule: %s', (_name, id, example) => {
    const tenant = { ...cleanTenant, ...example.tenant };
    const violated = tenantRules.filter((rule) => rule.check(tenant).length > 0);
    expect(violated.map((rule) => rule.id)).toEqual(example.violations.length > 0 ? [id] : []);
  });

  it.each(everyTenantCase)('describes a tenant in one sentence, with flat evidence: %s', (_name, _id, example) => {
    for (const violation of tenantRules.flatMap((rule) => rule.check({ ...cleanTenant, ...example.tenant }))) {
      expect(violation.message).toMatch(/^[^\n]+\.$/);
      for (const value of Object.values(violation.evidence))
        expect(['string', 'number', 'boolean']).toContain(typeof (value ?? ''));
    }
  });

  it('is sorted, with ids of the form no-<bad> or require-<good>', () => {
    const ids = rules.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    for (const id of ids) expect(id).toMatch(/^(no|require)-[a-z]+(-[a-z]+)*$/);
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))(
    '%s states the compliant fact in a short title, and names its codes',
    (_id, rule) => {
      expect(rule.title.length).toBeLessThanOrEqual(90);
      expect(rule.title).not.toMatch(/^(ensure|check|make sure)|\.$/i);
      expect(rule.codes.length).toBeGreaterThan(0);
      for (const code of rule.codes) expect(code).toMatch(/^AADSTS\d+$/);
    },
  );

  it.each(rules.map((rule) => [rule.id, rule] as const))('%s names its problem in a short phrase', (_id, rule) => {
    expect(rule.problem).toMatch(/^[A-Z][^.]{5,59}$/);
    expect(rule.problem).not.toBe(rule.title);
    expect(rules.filter(({ problem }) => problem === rule.problem)).toHaveLength(1);
  });

  it.each(everyCase.map(([id, example]) => [`${id}: ${example.name}`, example] as const))(
    'describes an app in one sentence, with flat evidence: %s',
    (_name, example) => {
      for (const rule of appRules) {
        for (const violation of rule.check(asSelected(example.app, rule) as never, tenantOfCase(example))) {
          expect(violation.message).toMatch(/^[^\n]+\.$/);
          for (const value of Object.values(violation.evidence))
            expect(['string', 'number', 'boolean']).toContain(typeof (value ?? ''));
        }
      }
    },
  );
});
