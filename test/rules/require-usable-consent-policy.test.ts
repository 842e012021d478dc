import { describe, expect, it } from '@jest/globals';
import { ClassificationIndex, type GrantConditions, type GrantPolicy } from '../../src/model/tenant/consent-policy.js';
import { microsoftGraphAppId } from '../../src/model/tenant/resources.js';
import type { TenantParts } from '../../src/model/tenant/tenant.js';
import { rule } from '../../src/rules/require-usable-consent-policy/rule.js';
import { caseTenant } from '../../src/rules/testing/cases.js';
import { assigning, sentence, tenantViolations, undeterminedOf } from './judge.js';

const base = { on: 'tenant', objectId: caseTenant.id, message: expect.stringMatching(sentence) };

describe('user consent policies', () => {
  function partsOf(ids: string[], policies: GrantPolicy[], classified?: string[]): Partial<TenantParts> {
    const permissionClassifications = new ClassificationIndex();
    const entries = classified?.map((classification, index) => ({ permissionId: `p${index}`, classification }));
    if (entries) permissionClassifications.add(microsoftGraphAppId, entries);
    return {
      authorizationPolicy: assigning(...ids.map((id) => `ManagePermissionGrantsForSelf.${id}`)),
      permissionGrantPolicies: policies,
      permissionClassifications,
    };
  }
  const found = (...parts: Parameters<typeof partsOf>) => tenantViolations(rule, partsOf(...parts));
  const policy = (id: string, ...includes: GrantConditions[]) => ({ id, displayName: id, includes, excludes: [] });
  const low = { permissionClassification: 'low' };

  it('have a violation with their ids and each reason once, if none permits a permission', () => {
    const policies = [policy('b', low), policy('a'), policy('c', low)];
    expect(found(['b', 'a', 'c'], policies, [])).toEqual([
      { ...base, evidence: { policies: 'b a c', reasons: 'includes-nothing no-permission-classified' } },
    ]);
    expect(found(['b'], policies, [])[0]?.message).toContain('Woodgrove Bank');
  });

  it.each<[string, GrantConditions[], string[] | undefined, boolean]>([
    ['a classification that no permission has', [low], [], true],
    ['another classification than the permissions have', [low], ['medium', 'high'], true],
    ['a classification that one permission has', [low], ['medium', 'low'], false],
    ['a classification in another case', [{ permissionClassification: 'LOW' }], ['low'], false],
    ['a classification, with unknown classifications', [low], undefined, false],
    ['any classification', [{ permissionClassification: 'all' }], [], false],
    ['any classification, in another case', [{ permissionClassification: 'Any' }], [], false],
    ['no classification', [{}], [], false],
    ['an empty classification', [{ permissionClassification: '' }], [], false],
    [
      'a classification of Microsoft Graph',
      [{ ...low, resourceApplication: microsoftGraphAppId.toUpperCase() }],
      [],
      true,
    ],
    ['a classification of any API', [{ ...low, resourceApplication: 'any' }], [], true],
    [
      'a classification of another API',
      [{ ...low, resourceApplication: '99999999-0000-4000-8000-000000000001' }],
      [],
      false,
    ],
    ['a classification or nothing', [low, {}], [], false],
  ])('that require %s', (_name, includes, classified, violated) => {
    const parts = partsOf(['x'], [policy('x', ...includes)], classified);
    expect(tenantViolations(rule, parts)).toHaveLength(violated ? 1 : 0);
    expect(undeterminedOf(rule, parts)).toBeUndefined();
  });

  it.each(['allowed', 'many', 'lower', 'highest', 'verylow'])(
    'are undetermined if they require the classification %p, which is not documented',
    (permissionClassification) => {
      const parts = partsOf(['x'], [policy('x', low, { permissionClassification })], []);
      expect([tenantViolations(rule, parts), undeterminedOf(rule, parts)]).toEqual([
        [],
        expect.stringMatching(sentence),
      ]);
    },
  );

  it.each<[string, string[], GrantPolicy[], boolean]>([
    ['includes nothing', ['pilot'], [policy('pilot')], true],
    [
      'includes nothing and belongs to Microsoft',
      ['microsoft-user-default-other'],
      [policy('microsoft-user-default-other')],
      false,
    ],
    ['includes nothing and has a similar name', ['not-microsoft-x'], [policy('not-microsoft-x')], true],
    ['is not listed', ['pilot'], [], false],
    ['is one of two, and the other is not listed', ['pilot', 'other'], [policy('pilot')], false],
    ['is not assigned', [], [policy('pilot')], false],
  ])('with one that %s', (_name, ids, policies, violated) => {
    expect(found(ids, policies, [])).toHaveLength(violated ? 1 : 0);
  });

  it('have no violation if Graph returns no user permissions', () => {
    const authorizationPolicy = { id: 'authorizationPolicy' };
    expect(tenantViolations(rule, { authorizationPolicy })).toEqual([]);
  });
});
