import { describe, expect, it } from '@jest/globals';
import type { Scan } from '../../src/model/scan/scan.js';
import { abandonedLastWeek, weeklyNotices } from '../../src/model/scan/scan-notices.js';
import type { ScanStatus } from '../../src/model/scan/scan-status.js';
import { aScan } from '../storage/examples.js';

const monday = '2026-11-30T02:00:00.000Z';
const before = (hours: number) => new Date(Date.parse(monday) - hours * 3_600_000).toISOString();
/** A scan that ended so many hours before Monday's. */
const scanned = (hours: number, status: ScanStatus = 'complete', other: Partial<Scan> = {}) =>
  aScan(`s${hours}`, { status, startedAt: before(hours), finishedAt: before(hours), ...other });
const abandoned = (hours: number) => ({ queue: 'alerts', at: before(hours), what: `Lost ${hours} hours ago.` });

describe('the notices of the weekly summary', () => {
  it.each<[string, Scan[], string[]]>([
    ['a scan each night', [0, 24, 48, 72, 96, 120, 144, 168].map((hours) => scanned(hours)), []],
    ['the first scan', [scanned(0)], []],
    [
      'one night without a scan',
      [0, 24, 72].map((hours) => scanned(hours)),
      ['No scan was complete for 48 hours: from 2026-11-27 02:00 UTC to 2026-11-29 02:00 UTC.'],
    ],
    [
      'incomplete and failed scans since yesterday',
      [scanned(0, 'incomplete'), scanned(24, 'failed'), scanned(48)],
      ['No scan was complete for 48 hours: from 2026-11-28 02:00 UTC to 2026-11-30 02:00 UTC.'],
    ],
    [
      'a period that ended more than a week ago',
      [0, 24, 48, 72, 96, 120, 144, 168, 192, 300].map((h) => scanned(h)),
      [],
    ],
    ['exactly 26 hours', [scanned(0), scanned(26)], []],
    [
      'notes and abandoned messages',
      [
        scanned(0, 'complete', { notes: ['The clock is 90 s ahead of Graph.'] }),
        scanned(24, 'complete', { givenUp: [abandoned(20), abandoned(2)] }),
      ],
      [
        'The clock is 90 s ahead of Graph.',
        'A message on alerts was abandoned on 2026-11-30 00:00 UTC. Lost 2 hours ago.',
        'A message on alerts was abandoned on 2026-11-29 06:00 UTC. Lost 20 hours ago.',
      ],
    ],
  ])('report %s', (_name, [scan, ...older], notices) => {
    expect(weeklyNotices(scan as Scan, older)).toEqual(notices);
  });

  it('have the abandoned messages of seven days', () => {
    const scans = [
      scanned(0, 'complete', { givenUp: [abandoned(168)] }),
      scanned(24, 'failed', { givenUp: [abandoned(169)] }),
    ];
    expect(abandonedLastWeek(scans, monday).map(({ what }) => what)).toEqual(['Lost 168 hours ago.']);
  });
});
