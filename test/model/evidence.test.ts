import { describe, expect, it } from '@jest/globals';
import { AppsWithFindings, maxAppsWithEvidence } from '../../src/jobs/scan/apps-with-findings.js';
import { changeSourceOf } from '../../src/jobs/scan/change-source.js';
import { itemOf } from '../../src/model/alerts/item.js';
import { SectionBuilder } from '../../src/model/alerts/section.js';
import { cloudOf } from '../../src/model/entra/clouds.js';
import { type Affected, affectedFacts, affectedNote } from '../../src/model/evidence/affected.js';
import { type AuditEntry, changeOf, changeText } from '../../src/model/evidence/change.js';
import { type Failing, failingText, mostFailing } from '../../src/model/evidence/failing.js';
import { evidenceOf, withoutEvidence } from '../../src/model/finding/app-evidence.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { judgeApp, type WholeApp } from '../../src/model/finding/judge.js';
import { type AppRule, appRule } from '../../src/model/rule/rule.js';
import { SignInFailureIndex } from '../../src/model/tenant/sign-in-failures.js';
import { rules } from '../../src/rules/index.js';
import { anApp, caseTenant, guidOf } from '../../src/rules/testing/cases.js';

const lastAt = '2026-11-24T01:58:00.000Z';
const failing = (users: number, count: number): { failing: Failing } => ({ failing: { users, count, lastAt } });

describe('failing sign-ins', () => {
  it('sort by users, then by sign-ins, and findings without them come last', () => {
    const [few, many, often, none] = [failing(1, 9), failing(3, 3), failing(1, 20), {}];
    expect([none, few, many, often].sort(mostFailing)).toEqual([many, often, few, none]);
  });

  it('say how many at least', () => {
    expect(failingText({ count: 1, users: 1, lastAt })).toBe(
      '1 failed sign-in of 1 user, the last on 2026-11-24 01:58 UTC',
    );
    expect(failingText({ count: 2_000, users: 3, lastAt, atLeast: true })).toMatch(/^at least 2,000 failed sign-ins/);
  });

  it('count different users over all codes of a rule', () => {
    const one = { appId: 'A', resourceId: null, at: lastAt };
    const index = new SignInFailureIndex(
      [
        { ...one, code: 'AADSTS1', user: 'u' },
        { ...one, code: 'AADSTS2', user: 'u', at: '2026-11-24T02:00:00Z' },
        { ...one, code: 'AADSTS2', user: undefined },
      ],
      ['AADSTS2'],
    );
    expect(index.of('a', ['AADSTS1'])).toEqual({ count: 1, users: 1, lastAt });
    expect(index.of('a', ['AADSTS1', 'AADSTS2'])).toEqual({
      count: 3,
      users: 1,
      lastAt: '2026-11-24T02:00:00Z',
      atLeast: true,
    });
  });
});

describe('who is affected', () => {
  const unknown: Affected = {
    readAt: lastAt,
    owners: 'not visible',
    assigned: 'not visible',
    appRoleAssignments: 'not visible',
    grantedScopes: 'not visible',
    claimsMappingPolicy: 'not visible',
    signIns: { interactiveFailures: 'not visible', appOnly: 'not visible', onBehalfOf: 'not visible' },
  };

  it('what cannot be seen is "not visible", never 0 and never a reason to remove the app', () => {
    const facts = affectedFacts(unknown).filter(([label]) => label !== 'Lists read');
    expect(facts.map(([, text]) => text)).toEqual(facts.map(() => 'not visible'));
    expect([affectedNote, ...facts.flat()].join(' ')).not.toMatch(/\b0\b|safe/i);
    const seen = affectedFacts({ ...unknown, signIns: { ...unknown.signIns, interactiveFailures: 'none seen' } });
    expect(seen.find(([label]) => label === 'Failed user sign-ins')?.[1]).toBe('none seen');
  });
});

describe('the change behind a finding', () => {
  const entry = (at: string, members: Partial<AuditEntry>): AuditEntry => ({
    at,
    activity: 'Update application',
    by: { type: 'unknown', id: '' },
    addedKeyIds: [],
    concernsPolicy: false,
    properties: [],
    ...members,
  });
  const entries = [
    entry('2026-11-01', { concernsPolicy: true }),
    entry('2026-11-03', { addedKeyIds: ['k1'] }),
    entry('2026-11-02', { addedKeyIds: ['k1', 'k2'] }),
  ];

  it('is the latest entry that added its key, or the latest about a policy', () => {
    expect(changeOf(entries, { key: 'K1' })?.at).toBe('2026-11-03');
    expect(changeOf(entries, { key: 'k2' })?.at).toBe('2026-11-02');
    expect(changeOf(entries, { key: 'k3' })).toBeUndefined();
    expect(changeOf(entries, 'policy')?.at).toBe('2026-11-01');
  });

  it('about a property is the latest entry that modified it', () => {
    const updates = [
      entry('2026-11-05', { concernsPolicy: true, properties: ['AllowInvitesFrom'] }),
      entry('2026-11-04', { concernsPolicy: true, properties: ['X', 'permissionGrantPolicyIdsAssigned'] }),
      entry('2026-11-03', { concernsPolicy: true, properties: ['PermissionGrantPolicyIdsAssigned'] }),
    ];
    expect(changeOf(updates, { property: 'PermissionGrantPolic' })?.at).toBe('2026-11-04');
    expect(changeOf(updates.slice(0, 1), { property: 'PermissionGrantPolic' })).toBeUndefined();
  });

  it.each([
    ['require-consent-route', '', { of: 'activity', name: 'Update authorization policy' }],
    ['require-usable-consent-policy', '', { of: 'activity', name: 'Update authorization policy' }],
    ['no-symmetric-key-addition', guidOf('policy'), { of: 'object', name: guidOf('policy'), subject: 'policy' }],
    ['no-symmetric-key-addition', '', undefined],
    ['require-live-reviewers', '', undefined],
    ['require-fresh-directory-sync', '', undefined],
  ])('on the tenant: %s (%s)', (ruleId, key, expected) => {
    const source = changeSourceOf({ id: '1', ruleId, on: 'tenant', objectId: 'tenant', key }, rules);
    if (expected) expect(source).toMatchObject(expected);
    else expect(source).toBeUndefined();
  });

  it('names no actor that the log does not name', () => {
    expect(changeText({ at: lastAt, activity: 'Update', by: { type: 'unknown', id: '' } })).toMatch(/does not name$/);
  });
});

it('evidence belongs to the findings that the row names, and is not stored with a finding', () => {
  const row = {
    appId: 'a',
    findingIds: ['f'],
    changes: { f: null },
    failing: { f: failing(1, 1).failing, g: failing(9, 9).failing },
  };
  expect(evidenceOf(row, 'f')).toEqual(failing(1, 1));
  expect(evidenceOf(row, 'g')).toEqual({});
  expect(withoutEvidence({ id: 'f', ...failing(1, 1) })).toEqual({ id: 'f' });
});

describe('the apps of which a scan gathers evidence', () => {
  const observed = (n: number, severity: Finding['severity'], appId = `app ${n}`) =>
    ({
      id: `f${n}`,
      ruleId: 'r',
      on: 'application',
      objectId: `o${n}`,
      key: '',
      appId,
      severity,
    }) as unknown as Finding;

  it('are bounded: failing apps and severe findings stay', () => {
    const apps = new AppsWithFindings((appId) => appId === 'app failing');
    for (let n = 0; n < 3 * maxAppsWithEvidence; n++) apps.add(observed(n, 'low'));
    apps.add(observed(9_001, 'high'));
    apps.add(observed(9_002, 'low', 'APP failing'));
    const kept = [...apps.entries()].map(([appId]) => appId);
    expect(kept).toHaveLength(maxAppsWithEvidence);
    expect(kept.slice(0, 3)).toEqual(['app failing', 'app 9001', 'app 0']);
    expect(apps.leftOut).toBe(true);
  });

  it('have one entry per app, with its most severe finding and no finding twice', () => {
    const apps = new AppsWithFindings(() => false);
    for (const [n, severity] of [
      [1, 'low'],
      [2, 'high'],
      [2, 'high'],
      [3, 'low'],
    ] as const)
      apps.add(observed(n, severity, 'one'));
    apps.add(observed(4, 'medium', ''));
    expect([...apps.entries()].map(([appId, found]) => [appId, found.map(({ id }) => id)])).toEqual([
      ['one', ['f1', 'f2', 'f3']],
    ]);
    expect(apps.leftOut).toBe(false);
  });
});

describe('a fallback rule', () => {
  const app = anApp('Some') as unknown as WholeApp;
  const aRule = (id: string, codes: string[], isFallback?: true): AppRule =>
    appRule({
      id,
      title: id,
      problem: id,
      severity: 'low',
      codes,
      ...(isFallback && { isFallback }),
      select: {},
      check: () => [{ on: 'application', objectId: 'o', message: 'm.', evidence: {} }],
    }) as AppRule;
  const fallback = aRule('no-effect', ['AADSTS50000'], true);
  const idsOf = (rules: AppRule[]) => judgeApp(rules, app, caseTenant).map(({ observed }) => observed.ruleId);

  it('counts only where no other rule explains its code, in any order', () => {
    const [same, other] = [aRule('no-cause', ['AADSTS50000', 'AADSTS1']), aRule('no-other', ['AADSTS1'])];
    expect(idsOf([fallback, same])).toEqual(['no-cause']);
    expect(idsOf([same, fallback])).toEqual(['no-cause']);
    expect(idsOf([fallback, other])).toEqual(['no-effect', 'no-other']);
    expect(idsOf([fallback])).toEqual(['no-effect']);
  });
});

it('an alert says which sign-ins fail, and begins with them', () => {
  const finding = (id: string, more: object) =>
    ({
      id,
      severity: 'high',
      displayName: id,
      on: 'application',
      appId: '',
      objectId: '',
      ruleId: 'r',
      ...more,
    }) as Finding;
  const cloud = cloudOf('https://graph.microsoft.com');
  const section = new SectionBuilder();
  section.add(itemOf(finding('a', {}), { catalogue: [], cloud }, 'A note.'));
  section.add(itemOf(finding('b', failing(2, 5)), { catalogue: [], cloud }, 'A note.'));
  const { items } = section.section();
  expect(items.map(({ id }) => id)).toEqual(['b', 'a']);
  expect(items[0]?.note).toBe('A note. 5 failed sign-ins of 2 users, the last on 2026-11-24 01:58 UTC.');
});
