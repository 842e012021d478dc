import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvReport } from '../../src/reports/csv.js';
import { aView, hostileNames, sample, stream, whole } from './sample.js';

const width = 41;

/** Parses RFC 4180: a cell can be quoted, and a quote in a quoted cell is doubled. */
function parse(csv: string): string[][] {
  expect(csv.startsWith('\ufeff')).toBe(true);
  return csv
    .slice(1)
    .split('\r\n')
    .slice(0, -1)
    .map((line) =>
      [...line.matchAll(/("(?:[^"]|"")*"|[^",]*)(?:,|$)/g)].slice(0, width).map(([, cell = '']) => unquoted(cell)),
    );
}

const unquoted = (cell: string) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);

describe('the CSV report', () => {
  it('has one line for each finding, with any names', async () => {
    const rows = parse(await whole(csvReport(stream(sample))));
    expect(rows).toHaveLength(sample.length + 1);
    expect(rows.every(({ length }) => length === width)).toBe(true);
    const place = rows[0]?.indexOf('id') ?? -1;
    expect(rows.slice(1).map((cells) => cells[place])).toEqual(sample.map(({ id }) => id));
  });

  it('starts with the columns that a person reads; the others follow by name', async () => {
    const [header = [], first = []] = parse(await whole(csvReport(stream(sample))));
    expect(header.slice(0, 6)).toEqual(['severity', 'problem', 'object', 'owner', 'fix', 'link']);
    expect(header.slice(6)).toEqual(header.slice(6).toSorted());
    expect(new Set(header).size).toBe(header.length);
    expect(first.slice(0, 6)).toEqual([
      'high',
      'Symmetric signing key',
      'Payroll Sync 1',
      '00000000-0000-4222-8000-000000000002',
      'Review the plan: PATCH /applications/00000000-0000-4000-8000-000000000001',
      sample[0]?.portalUrl,
    ]);
  });

  it.each([
    ['an approved plan', 2, 'The approved plan runs next.'],
    ['manual steps', 3, 'Ask the owner. Remove the key by PATCH of keyCredentials without it.'],
    ['a resolved finding', 5, ''],
  ])('has a fix for %s', async (_, number, fix) => {
    const [header = [], ...rows] = parse(await whole(csvReport(stream(sample))));
    expect(rows[number - 1]?.[header.indexOf('fix')]).toBe(fix);
  });

  it('has named columns for suppressions, plans, decisions and manual steps', async () => {
    const [header = [], ...rows] = parse(await whole(csvReport(stream(sample))));
    const cellsOf = (number: number, prefix: RegExp) =>
      Object.fromEntries(header.flatMap((name, i) => (prefix.test(name) ? [[name, rows[number - 1]?.[i]]] : [])));
    expect(cellsOf(2, /^remediation/)).toEqual({
      remediationId: 'bbbbbbbbbbbbbbbb',
      remediationStatus: 'approved',
      remediationRequests: JSON.stringify(sample[1]?.remediation?.requests),
      remediationIrreversible: 'true',
      remediationWarnings: sample[1]?.remediation?.warnings.join(' '),
      remediationAuthor: 'ada@woodgrove.example',
      remediationComment: 'Asked the owner.',
      remediationDecidedAt: '2026-11-24T08:00:00.000Z',
      remediationExpiresAt: '2026-12-01T08:00:00.000Z',
      remediationOutcome: '',
    });
    expect(cellsOf(3, /^suppress|^manual/)).toEqual({
      suppressionReason: 'The owner looks into it.',
      suppressionAuthor: 'ada@woodgrove.example',
      suppressedAt: '2026-11-21T08:00:00.000Z',
      suppressedUntil: '2026-12-21T00:00:00.000Z',
      manualReason: sample[2]?.manual?.reason,
      manualSteps: sample[2]?.manual?.steps.join(' '),
      manualFixPortal: '',
      manualFixPowershell: '',
      manualFixGraph: '',
    });
    expect(Object.values(cellsOf(6, /^remediation|^suppress|^manual/)).join('')).toBe('');
  });

  it('has no cell that a spreadsheet reads as a formula', async () => {
    const name = fc.tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '', ...hostileNames), fc.string());
    await fc.assert(
      fc.asyncProperty(name, async (parts) => {
        const text = parts.join('');
        const [, row = []] = parse(
          await whole(
            csvReport(
              stream([
                aView(1, { displayName: text, message: text, key: text, manual: { reason: text, steps: [text] } }),
              ]),
            ),
          ),
        );
        expect(row).toHaveLength(width);
        expect(row.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
      }),
    );
  });
});
