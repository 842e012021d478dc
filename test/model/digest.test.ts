import { describe, expect, it } from '@jest/globals';
import { titleOf, warningsOf } from '../../src/alerts/wording.js';
import { worstOf } from '../../src/model/alerts/digest.js';
import { needsHistory, type SectionName, sectionNames } from '../../src/model/alerts/news.js';
import { keptItems } from '../../src/model/alerts/section.js';
import { appeared, aRemediation, completeScan, digestOf, happened, night, standing } from '../alerts/examples.js';

/** The names in each section that is not empty. */
function namesIn(digest: ReturnType<typeof digestOf>) {
  const filled = sectionNames.filter((name) => digest?.sections[name].total);
  return Object.fromEntries(
    filled.map((name) => [name, digest?.sections[name].items.map(({ displayName }) => displayName)]),
  ) as Partial<Record<SectionName, string[]>>;
}
const note = (digest: ReturnType<typeof digestOf>, name: SectionName) => digest?.sections[name].items[0]?.note;
const day = (at: string, days: number) => new Date(Date.parse(at) + days * 86_400_000).toISOString();

describe('an alert', () => {
  it('is not sent where nothing has changed', () => {
    expect(digestOf([])).toBeUndefined();
    expect(digestOf([standing('Payroll'), standing('Old', { status: 'resolved', resolvedAt: night.from })])).toBe(
      undefined,
    );
  });

  it('is not sent where all changes are below the minimum severity', () => {
    const low = appeared('Payroll', { severity: 'low' });
    expect(digestOf([low], { rules: { minSeverity: 'high' } })).toBeUndefined();
    const mixed = digestOf([low, appeared('Expense', { severity: 'critical' })], { rules: { minSeverity: 'high' } });
    expect(namesIn(mixed)).toEqual({ new: ['Expense'] });
    expect(mixed?.belowFloor).toBe(1);
  });

  it('is sent after a scan that is not complete', () => {
    for (const status of ['incomplete', 'failed'] as const) {
      const digest = digestOf([standing('Payroll')], {
        scan: { status, errors: [{ code: 'graph-unavailable', message: 'Graph was away.' }] },
      });
      if (!digest) throw new Error('silent');
      expect(titleOf(digest)).toMatch(status);
      expect(warningsOf(digest).join(' ')).toContain('Graph was away.');
      expect(JSON.stringify(digest)).not.toMatch(/all clear/i);
    }
  });

  it('is sent after the first scan on a Monday, where the weekly summary is on', () => {
    const rules = { weeklySummary: true };
    const monday = { startedAt: '2026-11-30T02:00:00.000Z', finishedAt: '2026-11-30T02:10:00.000Z' };
    expect(digestOf([standing('Payroll')], { rules })).toBeUndefined();
    const summary = digestOf([standing('Payroll')], { rules, scan: monday });
    expect(summary).toMatchObject({ kind: 'summary', totals: { open: { high: 1 } } });
    expect(digestOf([], { rules, scan: monday, from: '2026-11-30T01:00:00.000Z' })).toBeUndefined();
    expect(digestOf([], { scan: monday })).toBeUndefined();
  });

  it('has the notices of the week on Mondays only, and they cause no alert on other days', () => {
    const past = { weekly: ['The clock is 90 s ahead of Graph.', 'A message was abandoned. It was lost.'] };
    const monday = { startedAt: '2026-11-30T02:00:00.000Z', finishedAt: '2026-11-30T02:10:00.000Z' };
    const rules = { weeklySummary: true };
    expect(digestOf([], { past, rules })).toBeUndefined();
    expect(digestOf([appeared('New')], { past, rules })?.warnings).toEqual([]);
    expect(digestOf([], { past, rules, scan: monday })).toMatchObject({ kind: 'summary', warnings: past.weekly });
    const changed = digestOf([], { past: { ...past, warnings: ['It was lost.'] }, rules, scan: monday });
    expect(changed).toMatchObject({ kind: 'changes', warnings: past.weekly });
    expect(digestOf([appeared('New')], { past, scan: monday })?.warnings).toEqual([]);
  });

  it('is sent where an earlier scan was not complete, and with a warning', () => {
    expect(digestOf([], { past: { previousIncomplete: true } })).toMatchObject({ recovered: true });
    expect(digestOf([], { past: { warnings: ['The last alert did not arrive.'] } })).toBeDefined();
    expect(digestOf([], { past: { previousIncomplete: true }, scan: { status: 'incomplete' } })?.recovered).toBe(false);
  });
});

describe('the sections of an alert', () => {
  it('have what appeared, came back and was resolved in the window', () => {
    const digest = digestOf([
      appeared('New'),
      appeared('Back', { life: 2 }),
      standing('Gone', { status: 'resolved', resolvedAt: night.start, changedAt: night.start }),
      standing('Gone before', { status: 'resolved', resolvedAt: night.from, changedAt: night.from }),
      standing('Stands'),
    ]);
    expect(namesIn(digest)).toEqual({ new: ['New'], cameBack: ['Back'], resolved: ['Gone'] });
    expect(note(digest, 'cameBack')).toBe('The finding reappeared (occurrence 2).');
    expect(digest?.totals).toEqual({
      open: { low: 0, medium: 0, high: 3, critical: 0 },
      suppressed: 0,
      pendingPlans: 0,
    });
  });

  it('omit what a failed scan has stored: the next scan reports it', () => {
    const digest = digestOf([appeared('New')], { scan: { status: 'failed' } });
    expect(namesIn(digest)).toEqual({});
  });

  it('report a new finding with its plan once', () => {
    const remediation = aRemediation('proposed', { proposedAt: night.start });
    const digest = digestOf([appeared('New', { remediation })]);
    expect(namesIn(digest)).toEqual({ new: ['New'] });
    expect(note(digest, 'new')).toBe('The plan needs a decision. It cannot be undone.');
    expect(digest?.totals.pendingPlans).toBe(1);
  });

  it('have new plans for older findings', () => {
    const proposed = standing('Planned', {
      remediation: aRemediation('proposed', { proposedAt: night.start }),
      changedAt: night.start,
    });
    const stale = standing('Stale', { remediation: aRemediation('stale'), changedAt: night.start });
    const waiting = standing('Waiting', { remediation: aRemediation('proposed') });
    const digest = digestOf([[proposed, happened(proposed, 'proposed')], [stale, happened(stale, 'stale')], waiting]);
    expect(namesIn(digest)).toEqual({ approvals: ['Planned', 'Stale'] });
  });

  it('have successful remediations once, and failed ones', () => {
    const applied = standing('Applied', {
      status: 'resolved',
      resolvedAt: night.start,
      changedAt: night.start,
      remediation: aRemediation('applied', { decision: { author: 'ada@contoso.com', at: night.from } }),
    });
    const failed = standing('Failed', {
      changedAt: night.start,
      remediation: aRemediation('failed', { outcome: 'Graph refused it.' }),
    });
    const longAgo = standing('Failed long ago', {
      changedAt: night.start,
      remediation: aRemediation('failed', { outcome: 'Graph refused it.' }),
    });
    const digest = digestOf([
      [applied, happened(applied, 'applied'), happened(applied, 'resolved')],
      [failed, happened(failed, 'failed')],
      [longAgo, happened(longAgo, 'failed', '2026-11-02T10:00:00.000Z'), happened(longAgo, 'changed')],
    ]);
    expect(namesIn(digest)).toEqual({ applied: ['Applied'], failed: ['Failed'] });
    expect(note(digest, 'applied')).toBe('Approved by ada@contoso.com.');
    expect(note(digest, 'failed')).toBe('Graph refused it.');
  });

  it('have suppressions that ended, but not findings that only changed', () => {
    const expired = standing('Expired', { changedAt: night.start });
    const ended = standing('Ended', { changedAt: night.start });
    const renamed = standing('Renamed', { changedAt: night.start });
    const digest = digestOf([
      [expired, happened(expired, 'suppression-expired')],
      [ended, happened(ended, 'suppression-ended')],
      [renamed, happened(renamed, 'changed')],
    ]);
    expect(namesIn(digest)).toEqual({ cameBack: ['Ended', 'Expired'] });
  });

  it('need the history only where the finding does not show what changed', () => {
    const window = { from: night.from, until: night.until };
    expect(needsHistory(appeared('New'), window)).toBe(false);
    expect(needsHistory(standing('Stands'), window)).toBe(false);
    expect(needsHistory(standing('Changed', { changedAt: night.start }), window)).toBe(true);
    expect(needsHistory(standing('Changed at the last alert', { changedAt: night.from }), window)).toBe(false);
    const gone = standing('Gone', { status: 'resolved', resolvedAt: night.start, changedAt: night.start });
    expect(needsHistory(gone, window)).toBe(false);
  });
});

describe('suppressions and approvals that end', () => {
  const suppressed = (days: number, madeDaysAgo = 100) =>
    standing('Suppressed', {
      status: 'suppressed',
      suppression: {
        reason: 'Legacy.',
        author: 'ada@contoso.com',
        suppressedAt: day(night.start, -madeDaysAgo),
        until: day(night.start, days),
      },
    });

  it('are announced once, a week before', () => {
    const nights = [9, 8, 7, 6, 5, 1].map((days) => Boolean(digestOf([suppressed(days)])));
    expect(nights).toEqual([false, false, true, false, false, false]);
    expect(note(digestOf([suppressed(7)]), 'expiringSuppressions')).toBe(
      'Suppressed by ada@contoso.com until 2026-12-01.',
    );
  });

  it('are announced at the middle of a short period', () => {
    expect(digestOf([suppressed(2, 2)])).toBeDefined();
    expect(digestOf([suppressed(3, 1)])).toBeUndefined();
  });

  it('include approvals that are not executed', () => {
    const decision = { author: 'ada@contoso.com', at: day(night.start, -5), expiresAt: day(night.start, 2) };
    const approved = standing('Approved', { remediation: aRemediation('approved', { decision }) });
    expect(namesIn(digestOf([approved]))).toEqual({ expiringApprovals: ['Approved'] });
    const attempt = { owner: 'w', startedAt: night.start, requestIds: [] };
    const underWay = standing('Under way', { remediation: aRemediation('approved', { decision, attempt }) });
    expect(digestOf([underWay])).toBeUndefined();
  });
});

describe('the findings of a section', () => {
  it('have the most severe first, in any order of reading', () => {
    const severities = ['low', 'critical', 'medium', 'high'] as const;
    const findings = severities.map((severity) => appeared(severity, { severity }));
    for (const order of [findings, [...findings].reverse()])
      expect(namesIn(digestOf(order)).new).toEqual(['critical', 'high', 'medium', 'low']);
    const digest = digestOf(findings);
    expect(digest && worstOf(digest)).toBe('critical');
  });

  it('are bounded, with the total count', () => {
    const many = Array.from({ length: 2_500 }, (_, i) => appeared(`App ${i}`, { severity: 'medium' }));
    const section = digestOf([...many, appeared('Worst', { severity: 'critical' })])?.sections.new;
    expect(section).toMatchObject({ total: 2_501, bySeverity: { critical: 1, medium: 2_500 } });
    expect(section?.items).toHaveLength(keptItems);
    expect(section?.items[0]?.displayName).toBe('Worst');
  });

  it('include what the safety limit held back', () => {
    const scan = completeScan({ status: 'incomplete', heldBack: 40 });
    const digest = digestOf([], { scan });
    expect(digest && warningsOf(digest)).toContain('The safety limit stopped 40 resolutions.');
  });
});
