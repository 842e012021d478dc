import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toleratedSkew } from '../../src/model/clock/clock-skew.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { maxApprovalDays, maxSuppressionDays } from '../../src/model/finding/lifetimes.js';
import { checkStoredTimes, isPlausible, repairSummary } from '../../src/model/finding/stored-times.js';
import type { Remediation } from '../../src/model/remediation/remediation.js';

const now = '2026-11-26T02:00:00.000Z';
const day = 86_400_000;
const at = (days: number, milliseconds = 0) => new Date(Date.parse(now) + days * day + milliseconds).toISOString();

const aFinding: Finding = {
  id: '0123456789abcdef',
  tenantId: 't',
  ruleId: 'r',
  severity: 'high',
  status: 'open',
  on: 'application',
  objectId: 'o',
  appId: 'a',
  displayName: 'App',
  key: '',
  message: 'A message.',
  evidence: {},
  appearedAt: at(-10),
  appearedIn: 's',
  changedAt: at(-9),
  life: 1,
};
const suppressed = (suppressedAt: string, until: string): Finding => ({
  ...aFinding,
  status: 'suppressed',
  suppression: { reason: 'because', author: 'x', suppressedAt, until },
});
const approved = (decidedAt: string, expiresAt: string, more: Partial<Remediation> = {}): Finding => ({
  ...aFinding,
  remediation: {
    id: 'p',
    status: 'approved',
    plan: { requests: [], irreversible: false, warnings: [], guard: null },
    planHash: 'h',
    proposedAt: at(-9),
    decision: { author: 'x', at: decidedAt, expiresAt },
    ...more,
  },
});

/** Valid times, and texts that other programs may have written. */
const times = fc.oneof(
  fc
    .date({ min: new Date('2000-01-01'), max: new Date('9000-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.integer({ min: -500, max: 500 }).map((days) => at(days)),
  fc.constantFrom('', 'never', '9999-99-99', 'Infinity'),
);
const findings = fc
  .tuple(times, times, times, times, times, fc.constantFrom('open', 'suppressed', 'approved'))
  .map(([changedAt, appearedAt, from, until, decided, kind]) => ({
    ...(kind === 'suppressed' ? suppressed(from, until) : kind === 'approved' ? approved(decided, until) : aFinding),
    changedAt,
    appearedAt,
  }));

describe('stored times', () => {
  it.each<[string, Finding]>([
    ['a change in the past', aFinding],
    ['a change within the tolerance', { ...aFinding, changedAt: at(0, toleratedSkew) }],
    ['a suppression of a year', suppressed(at(-1), at(maxSuppressionDays - 1))],
    ['a suppression that has ended', suppressed(at(-20), at(-1))],
    ['an approval of the longest lifetime', approved(at(-1), at(maxApprovalDays - 1))],
    [
      'an approval whose requests may have been sent',
      approved(at(-1), 'never', { attempt: { owner: 'o', startedAt: at(-1), requestIds: [] } }),
    ],
    ['a plan that was rejected', approved(at(-1), 'never', { status: 'rejected' })],
  ])('are accepted: %s', (_, finding) => {
    const checked = checkStoredTimes(finding, now);
    expect(checked.finding).toBe(finding);
    expect(checked.rejected).toEqual([]);
  });

  it('in the future do not hide later observations', () => {
    const { finding, rejected } = checkStoredTimes({ ...aFinding, changedAt: at(0, toleratedSkew + 1) }, now);
    expect(finding).toEqual({ ...aFinding, changedAt: aFinding.appearedAt });
    expect(rejected).toEqual([{ time: 'changedAt', stored: at(0, toleratedSkew + 1), latest: at(0, toleratedSkew) }]);
  });

  it.each([
    ['is too long', at(-1), at(maxSuppressionDays - 1, 1)],
    ['starts in the future', at(400), at(500)],
    ['has no end', at(-1), 'never'],
  ])('of a suppression do not hide the finding if it %s', (_, from, until) => {
    const { finding, rejected } = checkStoredTimes(suppressed(from, until), now);
    expect(finding).toEqual(aFinding);
    expect(rejected).toMatchObject([{ time: 'suppression', stored: until }]);
  });

  it.each([
    ['is too long', at(-1), at(maxApprovalDays - 1, 1)],
    ['starts in the future', at(100), at(150)],
    ['has no end', at(-1), 'never'],
  ])('of an approval make it stale if it %s', (_, decided, expires) => {
    const { finding, rejected } = checkStoredTimes(approved(decided, expires), now);
    expect(finding.remediation).toMatchObject({ status: 'stale', outcome: expect.stringContaining(expires) });
    expect(rejected).toMatchObject([{ time: 'approval', stored: expires }]);
  });

  it('after the check are all possible, and a second check changes nothing', () => {
    fc.assert(
      fc.property(findings, (stored) => {
        const { finding, rejected } = checkStoredTimes(stored, now);
        const again = checkStoredTimes(finding, now);
        expect(again.rejected).toEqual([]);
        expect(again.finding).toBe(finding);
        expect(Date.parse(finding.changedAt)).toBeLessThanOrEqual(Date.parse(now) + toleratedSkew);
        const { suppression, remediation } = finding;
        const latest = Date.parse(now) + toleratedSkew;
        if (finding.status === 'suppressed')
          expect(Date.parse(suppression?.until ?? '')).toBeLessThanOrEqual(latest + maxSuppressionDays * day);
        if (remediation?.status === 'approved')
          expect(Date.parse(remediation.decision?.expiresAt ?? '')).toBeLessThanOrEqual(latest + maxApprovalDays * day);
        expect(finding === stored).toBe(rejected.length === 0);
        for (const one of rejected) expect(repairSummary(rejected)).toContain(one.stored);
      }),
    );
  });

  it('are accepted by every reader whose clock is within the tolerance of the writer’s', () => {
    const offset = fc.integer({ min: -toleratedSkew, max: toleratedSkew });
    const days = fc.integer({ min: 1, max: maxSuppressionDays });
    fc.assert(
      fc.property(offset, days, (difference, lifetime) => {
        const written = { ...suppressed(at(0, difference), at(lifetime, difference)), changedAt: at(0, difference) };
        expect(checkStoredTimes(written, now).rejected).toEqual([]);
        expect(isPlausible({ suppressedAt: at(0, difference), until: at(lifetime, difference) }, now)).toBe(true);
      }),
    );
  });
});
