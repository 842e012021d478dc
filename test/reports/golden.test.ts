import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { formats, reportFormats } from '../../src/reports/report.js';
import { calm, facts, hostileNames, sample, stream, whole } from './sample.js';

/**
 * `UPDATE_GOLDEN=1` writes the files anew; look at the difference before you keep it. They end in `.txt` so that no
 * formatter mends them.
 */
function expectGolden(file: string, text: string): void {
  const path = `test/reports/golden/${file}.txt`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, text);
  expect(text).toBe(readFileSync(path, 'utf8'));
}

describe.each(reportFormats)('a report as %s', (format) => {
  it('is what it was', async () => {
    expectGolden(`sample.${format}`, await whole(formats[format].report(stream(sample), facts)));
    expectGolden(`nothing.${format}`, await whole(formats[format].report(stream([]), calm)));
  });

  it('says nothing to a terminal, and holds no tag of a stranger', async () => {
    const text = await whole(formats[format].report(stream(sample), facts));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e]/);
    if (format !== 'csv') expect(text).not.toContain(hostileNames[0]);
  });

  it('is made as it is read: no finding is asked for before the last one was told', async () => {
    if (format === 'html') return; // Begins with the counts; `Shelves` says how.
    let [asked, told] = [0, 0];
    async function* counting() {
      for (const finding of sample) {
        asked += 1;
        yield finding;
      }
    }
    for await (const piece of formats[format].report(counting(), facts)) {
      told += Number(piece.includes('0000000000'));
      expect(asked).toBeLessThanOrEqual(told);
    }
    expect(asked).toBe(sample.length);
  });
});
