import { describe, expect, it } from '@jest/globals';
import { alertScope } from '../../src/jobs/alerts/alert-window.js';
import { earlierRuns } from '../../src/jobs/sentinel/earlier-runs.js';
import { blankScan, type Scan } from '../../src/model/scan/scan.js';
import type { ScanAlerts } from '../../src/model/scan/scan-alerts.js';

const tenantId = '0c0ffee0-7e57-4e57-8e57-0c0ffee00001';
const at = (day: number, hour: number) => new Date(Date.UTC(2026, 10, day, hour)).toISOString();

/** A row that began at a time and ended a minute later. */
function ended(id: string, startedAt: string, more: Partial<Scan> = {}): Scan {
  const begun = { id, tenantId, requestedBy: 'test', startedAt, since: startedAt, status: 'complete' as const };
  return { ...blankScan(begun), finishedAt: startedAt.replace(':00.', ':59.'), ...more };
}

function alerted(scan: Scan, from: string, more: Partial<ScanAlerts> = {}): Scan {
  const until = scan.finishedAt ?? scan.startedAt;
  const sent = { status: 'sent', at: until, attempts: 1 } as const;
  const alerts = {
    about: scan.status,
    from,
    until,
    silent: false,
    deliveries: { teams: sent },
    starts: { teams: from },
  };
  return { ...scan, alerts: { ...alerts, ...more } };
}

async function* newestFirst(rows: readonly Scan[]) {
  yield* [...rows].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
}

function storeOf(scans: readonly Scan[], runs: readonly Scan[]) {
  return { scans: () => newestFirst(scans), sentinelRuns: () => newestFirst(runs) } as never;
}

/** The range of a scan's alert, and what the channel `teams` gets besides findings. */
async function scopeOf(scan: Scan, older: readonly Scan[], runs: readonly Scan[]) {
  const channels = [{ name: 'teams' }] as never;
  const scope = await alertScope({ scans: storeOf([...older, scan], runs), channels, channelLabels: {} }, scan);
  return { window: scope.window, past: scope.partOf('teams', scope.window).past };
}

const night = alerted(ended('nightly-1', at(1, 2)), at(0, 2));
const run = alerted(ended('sentinel-1', at(1, 10)), night.finishedAt ?? '');

describe('the alert of a scan after an alert of the sentinel', () => {
  it('starts where that alert ended, also if the scan continues a failed one', async () => {
    const next = ended('nightly-2', at(2, 2), { since: at(1, 9) });
    const { window } = await scopeOf(next, [night], [run]);
    expect(window).toEqual({ from: run.finishedAt, until: next.finishedAt });
  });

  it('has the weekly summary since the alert of the last scan', async () => {
    const { past } = await scopeOf(ended('nightly-2', at(2, 2)), [night], [run]);
    expect(past).toMatchObject({ summarySince: night.finishedAt, previousIncomplete: false });
  });

  it('says that the scans are complete again', async () => {
    const incomplete = alerted(ended('nightly-1', at(1, 2), { status: 'incomplete' }), at(0, 2));
    const { past } = await scopeOf(ended('nightly-2', at(2, 2)), [incomplete], [run]);
    expect(past.previousIncomplete).toBe(true);
  });

  it('reports a period without a complete scan, in which the sentinel ran', async () => {
    const runs = [2, 3, 4].map((day) => alerted(ended(`sentinel-${day}`, at(day, 2)), at(day - 1, 2)));
    const { past } = await scopeOf(ended('nightly-5', at(5, 2)), [night], runs);
    expect(past.weekly).toEqual([expect.stringContaining('No scan was complete for 96 hours')]);
  });

  it('does not call an incomplete run of the sentinel a scan', async () => {
    const pending = { teams: { status: 'pending', at: at(1, 10), attempts: 1 } } as const;
    const incomplete = alerted(ended('sentinel-1', at(1, 10), { status: 'incomplete' }), at(1, 2), {
      deliveries: pending,
    });
    const { past } = await scopeOf(ended('nightly-2', at(2, 2)), [night], [incomplete]);
    expect(past.warnings.join()).not.toContain('The scan of 2026-11-01 10:00');
  });

  it.each([
    ['an hour', 1, ['The sentinel has not completed a run yet. Graph refused.']],
    ['three days: it was turned off', 72, []],
  ])('reports the problem of a run that ended before %s', async (_name, hours, warnings) => {
    const startedAt = new Date(Date.parse(at(5, 2)) - hours * 3_600_000).toISOString();
    const errors = [{ code: 'graph-rejected', message: 'Graph refused.' }];
    const failed = ended('sentinel-1', startedAt, { status: 'incomplete', errors });
    const { past } = await scopeOf(ended('nightly-5', at(5, 2)), [], [failed]);
    expect(past.warnings).toEqual(warnings);
  });
});

it('the alert of the sentinel has no weekly summary', async () => {
  const current = ended('sentinel-2', at(5, 2), { notes: ['A note of the run.'] });
  expect((await scopeOf(current, [night], [current])).past.weekly).toEqual([]);
});

describe('what a run of the sentinel continues from', () => {
  const failed = ended('sentinel-2', at(3, 8), { status: 'failed' });

  it('reports what failed runs stored', async () => {
    expect(await earlierRuns(storeOf([night], [run, failed]), tenantId, at(3, 10))).toMatchObject({
      since: failed.startedAt,
      last: { id: run.id },
    });
  });

  it('leaves out what the alert of a scan has reported since', async () => {
    const scan = ended('nightly-3', at(3, 9));
    const { since } = await earlierRuns(storeOf([night, scan], [run, failed]), tenantId, at(3, 10));
    expect(since).toBe(scan.finishedAt);
  });
});
