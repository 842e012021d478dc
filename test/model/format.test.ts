import { describe, expect, it } from '@jest/globals';
import { showScanSummary } from '../../src/cli/commands/scan.js';
import { durationText } from '../../src/model/text/format.js';
import { scanDurationText } from '../../src/web/pages/scan-texts.js';

const startedAt = '2026-11-24T02:00:00.000Z';

describe('a duration', () => {
  it.each([
    [-5, 'less than 1 s'],
    [0, 'less than 1 s'],
    [999, 'less than 1 s'],
    [1000, '1 s'],
    [59_400, '59 s'],
    [59_600, '1 min 0 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ])('of %d milliseconds is %j', (milliseconds, expected) => expect(durationText(milliseconds)).toBe(expected));

  it.each([
    ['2026-11-24T02:00:00.640Z', 'less than 1 s'],
    ['2026-11-24T02:03:20.000Z', '3 min 20 s'],
  ])('of a scan until %s is the same on the page and the command line', (finishedAt, expected) => {
    const counts = { applications: 1, servicePrincipals: 2 };
    const findings = { new: 0, open: 0, resolved: 0, suppressed: 0 };
    const scan = { startedAt, finishedAt, status: 'complete', counts, findings, writes: 0 };
    let out = '';
    const screen = { out: { write: (text: string) => (out += text) }, colour: false };
    showScanSummary({ ...scan, notExamined: [], errors: [], notes: [], undetermined: [] } as never, screen as never);
    expect(out).toContain(`2 service principals in ${expected}.`);
    expect(scanDurationText(scan)).toBe(expected);
  });
});
