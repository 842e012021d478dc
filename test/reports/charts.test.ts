import { describe, expect, it } from '@jest/globals';
import type { Severity } from '../../src/model/rule/violation.js';
import { type Chart, figure } from '../../src/reports/charts/chart.js';
import { failingSignIns } from '../../src/reports/charts/failing-sign-ins.js';
import { findingsByProblem } from '../../src/reports/charts/findings-by-problem.js';
import { openOverTime, resolvedOverTime, type ScanCounts } from '../../src/reports/charts/findings-over-time.js';
import { timeToFix } from '../../src/reports/charts/time-to-fix.js';

const counts = (critical: number, high: number, medium: number, low: number) => ({ critical, high, medium, low });
const night = (day: number, open: ScanCounts['open'], resolved = counts(0, 0, 0, 0)): ScanCounts => ({
  at: `2026-11-${String(day).padStart(2, '0')}T02:00:00.000Z`,
  open,
  resolved,
});
const nights = [
  night(10, counts(1, 10, 20, 0)),
  night(11, counts(1, 8, 20, 1), counts(0, 2, 0, 0)),
  night(12, counts(0, 6, 14, 1), counts(1, 2, 6, 0)),
];
const markup = (chart: Chart | undefined) => (chart ? figure(chart).toString() : '');

/** The numbers of attributes of the elements with a class. */
const rects = (text: string, of: string) =>
  [
    ...text.matchAll(
      new RegExp(`<rect class="${of}" x="([\\d.]+)" y="([\\d.]+)" width="([\\d.]+)" height="([\\d.]+)"`, 'g'),
    ),
  ].map((match) => match.slice(1).map(Number));

describe('open findings over time', () => {
  it('has an area for each severity, and a table with every number', () => {
    const chart = openOverTime(nights);
    const text = markup(chart);
    for (const severity of ['critical', 'high', 'medium', 'low'] satisfies Severity[])
      expect(text).toContain(`<path class="area ${severity}" d="M`);
    expect(chart?.summary).toBe('Open findings after each of 3 scans: from 31 to 21.');
    expect(chart?.columns).toEqual(['Scan', 'Critical', 'High', 'Medium', 'Low', 'Open']);
    expect(chart?.rows[0]).toEqual(['2026-11-12 02:00 UTC', 0, 6, 14, 1, 21]);
    expect(chart?.rows).toHaveLength(3);
  });

  it('stacks the severities: the top of one is the base of the next', () => {
    const paths = [...markup(openOverTime(nights)).matchAll(/<path class="area (\w+)" d="M([\d.]+),([\d.]+)L/g)];
    const tops = Object.fromEntries(paths.map(([, name, , y]) => [name, Number(y)]));
    expect(tops.critical).toBeGreaterThan(tops.high ?? 0);
    expect(tops.high).toBeGreaterThan(tops.medium ?? 0);
    expect(tops.medium).toBe(tops.low);
  });

  it('needs two scans', () => expect(openOverTime(nights.slice(0, 1))).toBeUndefined());
});

describe('resolved findings over time', () => {
  it('has a column for each scan that resolved some, as high as their number', () => {
    const text = markup(resolvedOverTime(nights));
    const [first, second] = rects(text, 'high');
    expect(first?.[3]).toBeCloseTo(second?.[3] ?? 0);
    expect(rects(text, 'medium')[0]?.[3]).toBeCloseTo(3 * (second?.[3] ?? 0), 0);
    expect(rects(text, 'low')).toEqual([]);
    expect(resolvedOverTime(nights)?.summary).toBe('Findings that each of 3 scans resolved: 11 in total.');
  });

  it('is left out where no scan resolved one', () => {
    expect(resolvedOverTime([night(1, counts(1, 0, 0, 0)), night(2, counts(1, 0, 0, 0))])).toBeUndefined();
  });
});

describe('findings by problem', () => {
  const problems = Array.from({ length: 12 }, (_, i) => ({
    problem: `Problem ${i}`,
    severity: 'high' as const,
    count: i,
  }));

  it('shows the most frequent ones, and lists all with an open finding', () => {
    const chart = findingsByProblem(problems);
    expect(chart?.rows).toHaveLength(11);
    expect(chart?.rows[0]).toEqual(['Problem 11', 'High', 11]);
    const bars = rects(markup(chart), 'high');
    expect(bars).toHaveLength(8);
    expect((bars[0]?.[2] ?? 0) / (bars[7]?.[2] ?? 1)).toBeCloseTo(11 / 4, 1);
    expect(findingsByProblem([])).toBeUndefined();
  });

  it('escapes names', () => {
    const text = markup(findingsByProblem([{ problem: '<img src=x>\u202e', severity: 'low', count: 1 }]));
    expect(text).not.toMatch(/<img|\u202e/);
  });
});

describe('time to fix', () => {
  const fixedIn = (hours: number) => ({
    appearedAt: '2026-11-01T00:00:00.000Z',
    resolvedAt: new Date(Date.UTC(2026, 10, 1) + hours * 3_600_000).toISOString(),
  });

  it('counts resolved findings by duration, and names the median', () => {
    const chart = timeToFix([1, 23, 24, 95, 96, 191, 192, 800].map(fixedIn));
    expect(chart?.rows.map(([, count]) => count)).toEqual([2, 2, 2, 1, 1]);
    expect(chart?.title).toBe('Time to fix: median 4 days');
    expect(timeToFix([fixedIn(6)])?.title).toBe('Time to fix: median 6 hours');
  });

  it('ignores times that are not possible', () => {
    expect(timeToFix([fixedIn(-5)])).toBeUndefined();
    expect(timeToFix([{ appearedAt: 'x', resolvedAt: 'y' }])).toBeUndefined();
  });
});

describe('failing sign-ins', () => {
  it('shows each code, the most frequent first', () => {
    const chart = failingSignIns([
      { code: 'AADSTS50000', count: 3 },
      { code: 'AADSTS65001', count: 1200 },
      { code: 'AADSTS700016', count: 0 },
    ]);
    expect(chart?.rows).toEqual([
      ['AADSTS65001', 1200],
      ['AADSTS50000', 3],
    ]);
    expect(markup(chart)).toContain('1,200');
    expect(failingSignIns([])).toBeUndefined();
  });
});

it('no chart has an inline style or script', () => {
  for (const chart of [openOverTime(nights), resolvedOverTime(nights), timeToFix([]), findingsByProblem([])])
    expect(markup(chart)).not.toMatch(/ style=|<script|\son\w+=/);
});
