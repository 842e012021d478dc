import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvReport } from '../../src/reports/csv.js';
import { aView, hostileNames, sample, stream, whole } from './sample.js';

/** RFC 4180: rows of cells; a cell may be quoted, and a quote in it is doubled. */
function parse(csv: string): string[][] {
  return csv
    .split('\r\n')
    .slice(0, -1)
    .map((line) =>
      [...line.matchAll(/("(?:[^"]|"")*"|[^",]*)(?:,|$)/g)].slice(0, 16).map(([, cell = '']) => unquoted(cell)),
    );
}

const unquoted = (cell: string) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);

describe('the CSV report', () => {
  it('is one line a finding, whatever the names are', async () => {
    const rows = parse(await whole(csvReport(stream(sample))));
    expect(rows).toHaveLength(sample.length + 1);
    expect(rows.every(({ length }) => length === 16)).toBe(true);
    expect(rows.slice(1).map(([id]) => id)).toEqual(sample.map(({ id }) => id));
  });

  it('holds no cell that a spreadsheet would calculate', async () => {
    const name = fc.tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '', ...hostileNames), fc.string());
    await fc.assert(
      fc.asyncProperty(name, async (parts) => {
        const text = parts.join('');
        const [, row = []] = parse(
          await whole(csvReport(stream([aView(1, { displayName: text, message: text, key: text })]))),
        );
        expect(row).toHaveLength(16);
        expect(row.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
      }),
    );
  });
});
