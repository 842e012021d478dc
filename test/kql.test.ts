import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { alertLine, line, remediationLine, scanLine } from '../src/functions/log-lines.js';
import { blankScan } from '../src/model/scan/scan.js';

const run = promisify(execFile);
const check = (...args: string[]) =>
  run(process.execPath, ['scripts/kql.js', ...args]).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, text: stderr }),
  );

describe('the queries of alerts, workbook and documentation', () => {
  it('are valid KQL on columns that exist', async () => {
    const { code, text } = await check();
    expect([code, text]).toEqual([0, expect.stringMatching(/^(1[5-9]|[2-9]\d) queries: no faults/)]);
  });

  it('would not pass with a wrong name or a syntax error', async () => {
    const wrong = {
      "'Messag'": 'AppTraces | where Messag has "x"',
      "'AppTrace'": 'AppTrace | take 1',
      "'toInteger'": 'AppTraces | extend x = toInteger(Message)',
      'Missing expression': 'AppTraces | where',
      // The workbook had this name.
      "'last'": 'requests | summarize last = max(timestamp) by name',
    };
    const { code, text } = await check(...Object.values(wrong).flatMap((query) => ['--query', query]));
    expect(code).toBe(1);
    expect(text.trimEnd().split('\n')).toEqual(Object.keys(wrong).map((fault) => expect.stringContaining(fault)));
  });

  it('read members of log lines that the functions write', () => {
    const at = '2026-11-26T02:00:00.000Z';
    const scan = blankScan({
      id: 's',
      tenantId: 't',
      requestedBy: 'timer',
      startedAt: at,
      since: at,
      status: 'complete',
    });
    const finding = { id: 'f', ruleId: 'r' } as never;
    const lines: object[] = [
      scanLine({ ...scan, finishedAt: at }),
      alertLine({ scanId: 's', outcome: 'sent', deliveries: {} } as never),
      remediationLine({ status: 'failed', finding, note: '' } as never),
      line('scan-requested', { scanId: 's', requestedBy: 'timer', tenantId: 't', late: false }),
      line('given-up', { queue: 'alerts' }),
    ].map((text) => JSON.parse(text));
    const written = new Set(lines.flatMap((one) => Object.keys(one)));
    const alerts = readFileSync('infra/app/alerts.bicep', 'utf8');
    const read = [...alerts.matchAll(/"(\w+)":(?=[("[])/g)].map(([, name]) => name ?? '');
    expect(new Set(read).size).toBeGreaterThan(4);
    expect(read.filter((name) => !written.has(name))).toEqual([]);
  });
});
