import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Finding, findingId, fingerprint, type Observed, viewStatus } from '../../src/model/finding/finding.js';
import { exceedsResolutionLimit } from '../../src/model/finding/resolution-limit.js';
import { type Observation, type TransitionContext, transition } from '../../src/model/finding/transition.js';

const identity = { tenantId: 't', ruleId: 'no-symmetric-signing-key', objectId: 'o', key: 'k' };
const observed: Observed = {
  ...identity,
  id: findingId(identity),
  severity: 'high',
  on: 'application',
  appId: 'a',
  displayName: 'Payroll Sync',
  message: 'Payroll Sync has a symmetric signing key.',
  evidence: { validity: 'valid' },
};
const seen = (differs: Partial<Observed> = {}): Observation => ({
  violated: true,
  observed: { ...observed, ...differs },
});
const complies: Observation = { violated: false, because: 'complies' };
const night = (n: number): TransitionContext => ({
  at: `2026-11-${String(n).padStart(2, '0')}T02:00:00.000Z`,
  scanId: `s${n}`,
  author: `scan:s${n}`,
});

/** Applies a list of observations to one finding, one each night. */
function applied(
  observations: readonly Observation[],
  start?: Finding,
): { finding: Finding | undefined; types: string[] } {
  let finding = start;
  const types: string[] = [];
  observations.forEach((observation, index) => {
    const next = transition(finding, observation, night(index + 1));
    if (next) types.push(...next.events.map(({ type }) => type));
    finding = next?.finding ?? finding;
  });
  return { finding, types };
}

const suppressed = (until: string): Finding => ({
  ...(applied([seen()]).finding as Finding),
  status: 'suppressed',
  suppression: { reason: 'retired in May', author: 'ada@example.com', suppressedAt: night(1).at, until },
});

describe('a finding', () => {
  it.each<[string, Observation[], string[], Partial<Finding> | undefined]>([
    ['appears with a violation', [seen()], ['appeared'], { status: 'open', life: 1, appearedIn: 's1' }],
    [
      'does not change while the violation stays the same',
      [seen(), seen(), seen()],
      ['appeared'],
      { appearedAt: night(1).at, changedAt: night(1).at },
    ],
    [
      'changes with its evidence',
      [seen(), seen({ evidence: { validity: 'expired' } })],
      ['appeared', 'changed'],
      { appearedAt: night(1).at, changedAt: night(2).at },
    ],
    [
      'changes with the name of the app',
      [seen(), seen({ displayName: 'Payroll' })],
      ['appeared', 'changed'],
      { displayName: 'Payroll' },
    ],
    [
      'is resolved when the object complies',
      [seen(), complies],
      ['appeared', 'resolved'],
      { status: 'resolved', resolvedAt: night(2).at },
    ],
    [
      'stays resolved while the object complies',
      [seen(), complies, complies],
      ['appeared', 'resolved'],
      { status: 'resolved', resolvedAt: night(2).at },
    ],
    [
      'reappears',
      [seen(), complies, seen()],
      ['appeared', 'resolved', 'reappeared'],
      { status: 'open', life: 2, appearedAt: night(3).at },
    ],
    ['is not created for an object that complies', [complies], [], undefined],
  ])('%s', (_name, observations, types, expected) => {
    const result = applied(observations);
    expect(result.types).toEqual(types);
    if (expected) expect(result.finding).toMatchObject(expected);
    else expect(result.finding).toBeUndefined();
  });

  it('loses resolvedAt when it reappears', () => {
    expect(applied([seen(), complies, seen()]).finding).not.toHaveProperty('resolvedAt');
  });

  it.each<[string, string, Observation, string[], string]>([
    ['stays while nothing changes', night(9).at, seen(), [], 'suppressed'],
    ['stays when the app is renamed', night(9).at, seen({ displayName: 'Payroll' }), ['changed'], 'suppressed'],
    ['expires at its date', night(1).at, seen(), ['suppression-expired'], 'open'],
    [
      'ends when the evidence changes',
      night(9).at,
      seen({ evidence: { validity: 'expired' } }),
      ['suppression-ended'],
      'open',
    ],
    ['ends with the violation', night(9).at, complies, ['resolved'], 'resolved'],
  ])('has a suppression that %s', (_name, until, observation, types, status) => {
    const next = transition(suppressed(until), observation, night(5));
    expect(next?.events.map(({ type }) => type) ?? []).toEqual(types);
    expect((next?.finding ?? suppressed(until)).status).toBe(status);
    if (status !== 'suppressed') expect(next?.finding).not.toHaveProperty('suppression');
  });

  it('ignores an observation from before the last change', () => {
    const resolved = applied([seen(), seen(), complies]).finding;
    expect(transition(resolved, seen(), night(2))).toBeUndefined();
  });

  it('applies an observation from the time of the last change', () => {
    const open = applied([seen()]).finding;
    expect(transition(open, complies, night(1))?.finding).toMatchObject({
      status: 'resolved',
      resolvedAt: night(1).at,
    });
    expect(transition(open, seen({ severity: 'low' }), night(1))?.finding).toMatchObject({ severity: 'low' });
  });

  it('accepts an observation that was made at the time of the last change', () => {
    const first = applied([seen()]).finding;
    expect(first?.changedAt).toBe(night(1).at);
    expect(transition(first, complies, night(1))?.finding).toMatchObject({ status: 'resolved' });
    const before = { ...night(1), at: '2026-11-01T01:59:59.999Z' };
    expect(transition(first, complies, before)).toBeUndefined();
  });

  it('has the values before and after in the event of a change', () => {
    const first = applied([seen()]).finding;
    const next = transition(first, seen({ severity: 'medium', evidence: { validity: 'expired' } }), night(2));
    expect(next?.events[0]?.detail).toEqual({
      before: { severity: 'high', evidence: { validity: 'valid' } },
      after: { severity: 'medium', evidence: { validity: 'expired' } },
    });
  });

  const anyObservation = fc.oneof(
    fc
      .record({ displayName: fc.constantFrom('A', 'B'), evidence: fc.constantFrom({ v: 1 }, { v: 2 }) })
      .map((d) => seen(d)),
    fc.constantFrom<Observation>(complies, { violated: false, because: 'object-gone' }),
  );

  it('does not change when an observation is repeated', () => {
    fc.assert(
      fc.property(fc.array(anyObservation, { minLength: 1, maxLength: 8 }), (observations) => {
        let finding: Finding | undefined;
        observations.forEach((observation, index) => {
          finding = transition(finding, observation, night(index + 1))?.finding ?? finding;
          expect(transition(finding, observation, night(index + 1))).toBeUndefined();
        });
      }),
    );
  });

  it('is open exactly when the last observation is a violation, and counts its occurrences', () => {
    fc.assert(
      fc.property(fc.array(anyObservation, { minLength: 1, maxLength: 8 }), (observations) => {
        const { finding, types } = applied(observations);
        const last = observations.at(-1);
        expect(finding?.status === 'open').toBe(last?.violated === true);
        expect(finding?.life ?? 0).toBe(types.filter((type) => type === 'appeared' || type === 'reappeared').length);
      }),
    );
  });
});

describe('the identity of a finding', () => {
  it('does not depend on texts, severity, evidence or the case of ids', () => {
    expect(findingId({ ...observed, tenantId: 'T', objectId: 'O' })).toBe(observed.id);
    expect(observed.id).toMatch(/^[0-9a-f]{16}$/);
  });

  it('differs by tenant, rule, object and key', () => {
    const ids = ['tenantId', 'ruleId', 'objectId', 'key'].map((name) => findingId({ ...identity, [name]: 'other' }));
    expect(new Set([observed.id, ...ids]).size).toBe(5);
  });

  it('has a fingerprint that changes with every shown fact', () => {
    const others = [
      { severity: 'low' as const },
      { displayName: 'B' },
      { message: 'B.' },
      { evidence: { validity: 'expired' } },
    ];
    const prints = [observed, ...others.map((o) => ({ ...observed, ...o }))].map(fingerprint);
    expect(new Set(prints).size).toBe(5);
    expect(fingerprint({ ...observed, evidence: { b: 1, a: 2 } })).toBe(
      fingerprint({ ...observed, evidence: { a: 2, b: 1 } }),
    );
  });
});

describe('the shown status', () => {
  it.each([
    ['open', night(2).at, night(2).at, 'new'],
    ['open', night(1).at, night(2).at, 'open'],
    ['open', night(1).at, undefined, 'open'],
    ['resolved', night(2).at, night(2).at, 'resolved'],
    ['suppressed', night(2).at, night(2).at, 'suppressed'],
  ] as const)(
    'of a finding that is %s since %s, with a scan that reports since %s, is %s',
    (status, appearedAt, since, shown) => {
      expect(viewStatus({ status, appearedAt }, since)).toBe(shown);
    },
  );
});

describe('the safety limit', () => {
  it.each([
    [100, 31, 30, true],
    [100, 30, 30, false],
    [10, 10, 30, false],
    [11, 11, 30, true],
    [100, 11, 0, true],
    [1000, 1000, 100, false],
    [0, 0, 30, false],
  ])('with %i live findings, resolving %i under %i percent: %s', (live, resolving, percent, applies) => {
    expect(exceedsResolutionLimit(live, resolving, percent)).toBe(applies);
  });
});
