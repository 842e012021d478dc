import { describe, expect, it } from '@jest/globals';
import { type Plan, planHash, propose } from '../../src/model/remediation/remediation.js';
import { isSameState, leftBehind } from '../../src/model/remediation/undo-state.js';
import type { TenantRule } from '../../src/model/rule/rule.js';
import { stateOf, undoOffer, undoPlan, undoRequests } from '../../src/model/rule/undo.js';
import type { TenantParts } from '../../src/model/tenant/tenant.js';
import { rules } from '../../src/rules/index.js';
import { caseTenant, cleanTenantParts } from '../../src/rules/testing/cases.js';

const remedied = rules.filter(({ remedy }) => remedy);
const reviewer = { query: '/users/6f0c5a3e-4b7c-4a55-9a30-0f1d9e5a0001', queryType: 'MicrosoftGraph' };
const gone = { query: '/users/6f0c5a3e-4b7c-4a55-9a30-0f1d9e5a0002', queryType: 'MicrosoftGraph' };
const none = { passwordCredentials: [], keyCredentials: [] };
const created = { restrictionType: 'passwordAddition', state: 'enabled', maxLifetime: null } as const;
const policyPath = '/policies/adminConsentRequestPolicy';
const settings = { notifyReviewers: false, remindersEnabled: true, requestDurationInDays: 14 };

type Parts = Partial<TenantParts>;

/** Each undo: the tenant before the plan, and the request that restores it. */
const table: readonly (readonly [ruleId: string, given: Parts, method: string, path: string, body: object])[] = [
  [
    'require-consent-route',
    { adminConsentRequestPolicy: { isEnabled: false, ...settings, reviewers: [] } },
    'PUT',
    policyPath,
    { isEnabled: false, ...settings, reviewers: [] },
  ],
  [
    'require-consent-route',
    { adminConsentRequestPolicy: { isEnabled: false, reviewers: null } },
    'PUT',
    policyPath,
    { isEnabled: false, notifyReviewers: false, remindersEnabled: false, requestDurationInDays: 0, reviewers: [] },
  ],
  [
    'require-live-reviewers',
    {
      adminConsentRequestPolicy: { isEnabled: true, ...settings, reviewers: [gone] },
      consentReviewers: [{ query: gone.query, state: 'gone' }],
    },
    'PUT',
    policyPath,
    { isEnabled: true, ...settings, reviewers: [gone] },
  ],
  [
    'no-symmetric-key-addition',
    {
      defaultAppManagementPolicy: {
        isEnabled: false,
        applicationRestrictions: { passwordCredentials: [created], keyCredentials: [] },
        servicePrincipalRestrictions: null as never,
      },
    },
    'PATCH',
    '/policies/defaultAppManagementPolicy',
    {
      isEnabled: false,
      applicationRestrictions: { passwordCredentials: [created], keyCredentials: [] },
      servicePrincipalRestrictions: none,
    },
  ],
];

const notUndone = [
  'no-symmetric-signing-key',
  'require-application',
  'require-resource-service-principal',
  'require-service-principal',
  'require-usable-consent-policy',
  'require-valid-signing-certificate',
];

function ruleOf(id: string): TenantRule {
  return rules.find((rule) => rule.id === id) as TenantRule;
}

describe('every remedy', () => {
  it('is in the table of undos, or says why it has none', () => {
    const named = [...new Set(table.map(([id]) => id))];
    expect(remedied.map(({ id }) => id).sort()).toEqual([...named, ...notUndone].sort());
    for (const { id, remedy } of remedied)
      expect([id, 'because' in (remedy?.undo ?? {})]).toEqual([id, notUndone.includes(id)]);
  });

  it.each(notUndone)('%s gives a reason of whole sentences', (id) => {
    expect(ruleOf(id).remedy?.undo).toEqual({ because: expect.stringMatching(/^[A-Z][^\n]+\.$/) });
  });
});

describe('the undo of a rule', () => {
  it.each(table)('%s: %j restores the values before', (id, given, method, path, body) => {
    const rule = ruleOf(id);
    const tenant = { ...caseTenant, ...cleanTenantParts, ...given };
    const undo = rule.remedy?.undo;
    if (!undo || 'because' in undo) throw new Error(`${id} has no undo.`);
    const before = stateOf(undo, tenant as never);
    const requests = undoRequests(undo, before);
    expect(requests).toEqual([{ method, path, body }]);
    // Least privilege: the method, the path and the properties of the plan, so its permission suffices.
    const violation = { on: 'tenant', objectId: tenant.id, message: '', evidence: {} } as const;
    const options = { adminConsentReviewers: ['6f0c5a3e-4b7c-4a55-9a30-0f1d9e5a0001'] };
    const planned = rule.remedy?.plan(violation as never, tenant as never, options);
    if (!planned || !('plan' in planned)) throw new Error(`${id} makes no plan.`);
    const { plan } = planned;
    expect(plan.requests.map((one) => [one.method, one.path, Object.keys(one.body).sort()])).toEqual([
      [method, path, Object.keys(body).sort()],
    ]);
    // The whole offer, from the applied remediation.
    const attempt = { owner: 'w', startedAt: '', requestIds: [], state: { before } };
    const remediation = { ...propose('f', plan, '2026-11-26T00:00:00Z'), status: 'applied' as const, attempt };
    const offer = undoOffer({ remediation }, rule);
    expect(offer).toEqual({ offered: true, plan: expect.objectContaining({ requests, irreversible: false }) });
    // An undo is not undone.
    const undone = { ...propose('f', (offer as { plan: Plan }).plan, ''), status: 'applied' as const, attempt };
    expect(undoOffer({ remediation: undone }, rule)).toMatchObject({ offered: false });
  });

  it('sets no other property than the plan, whatever was recorded', () => {
    const undo = ruleOf('require-consent-route').remedy?.undo;
    if (!undo || 'because' in undo) throw new Error('There is no undo.');
    expect(Object.keys(undoRequests(undo, { isEnabled: false, version: 9, secret: 'x' })[0]?.body ?? {})).toEqual(
      undo.properties,
    );
    const undoes = { remediationId: 'r', before: { isEnabled: false }, left: {} };
    expect(undoPlan(undo, 'Users cannot request consent', undoes).warnings).toEqual([
      'The undo brings the problem back: Users cannot request consent. The next scan opens the finding again.',
    ]);
  });
});

it('the hash of an undo plan covers what it undoes', () => {
  const request = { method: 'PATCH', path: '/p', properties: ['a'] } as const;
  const plan = undoPlan(request, 'A problem', { remediationId: 'r', before: { a: 1 }, left: { a: 2 } });
  const other = { remediationId: 'r', before: { a: 1 }, left: { a: 3 } };
  expect(planHash({ ...plan, undoes: other })).not.toBe(planHash(plan));
});

describe('the comparison of two states of a policy', () => {
  it.each([
    [{ a: 1 }, { a: 1, b: null }, true],
    [{ a: [] }, {}, true],
    [{ a: [{ x: 1 }, { x: 2 }] }, { a: [{ x: 2 }, { x: 1, y: null }] }, true],
    [{ a: [{ x: 1 }] }, { a: [{ x: 1 }, { x: 1 }] }, false],
    [{ a: false }, {}, false],
    [{ a: 0 }, { a: 30 }, false],
    [{ a: { b: [reviewer] } }, { a: { b: [gone] } }, false],
  ])('%j and %j: %s', (a, b, isSame) => {
    expect(isSameState(a, b)).toBe(isSame);
    expect(isSameState(b, a)).toBe(isSame);
  });
});

describe('what a remediation left behind', () => {
  const body = { isEnabled: true, reviewers: [reviewer], restrictions: null };

  it.each([
    ['the request, if no read verified it', undefined, body],
    [
      'the read, if it only has defaults in addition',
      { isEnabled: true, reviewers: [{ ...reviewer, queryRoot: 'x' }], version: 3 },
      { isEnabled: true, reviewers: [{ ...reviewer, queryRoot: 'x' }], version: 3 },
    ],
    ['the request, if the read has another value', { ...body, isEnabled: false }, body],
    [
      'the request, if the read has an entry that the request did not have',
      { ...body, reviewers: [reviewer, gone] },
      body,
    ],
    ['the request, if the read lacks a list', { isEnabled: true }, body],
  ])('is %s', (_name, after, expected) => {
    expect(leftBehind({ body }, after)).toEqual(expected);
  });
});
