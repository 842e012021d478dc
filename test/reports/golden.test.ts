import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { formats, reportFormats } from '../../src/reports/report.js';
import { completeFacts, facts, hostileNames, sample, stream, whole } from './sample.js';

/**
 * Compares a report with its golden file. `UPDATE_GOLDEN=1` writes the files: review the difference. They end in `.txt`
 * so that no formatter changes them.
 */
function expectGolden(file: string, text: string): void {
  const path = `test/reports/golden/${file}.txt`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, text);
  expect(text).toBe(readFileSync(path, 'utf8'));
}

describe.each(reportFormats)('a report as %s', (format) => {
  it('equals its golden file', async () => {
    expectGolden(`sample.${format}`, await whole(formats[format].report(stream(sample), facts)));
    expectGolden(`nothing.${format}`, await whole(formats[format].report(stream([]), completeFacts)));
  });

  it('contains no control characters, and no tag from a display name', async () => {
    const text = await whole(formats[format].report(stream(sample), facts));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e]/);
    if (format !== 'csv') expect(text).not.toContain(hostileNames[0]);
  });

  it('is a stream: it reads a finding after it has written the one before', async () => {
    if (format === 'html') return; // It begins with the counts: see `SeverityGroups`.
    let [read, written] = [0, 0];
    async function* counting() {
      for (const finding of sample) {
        read += 1;
        yield finding;
      }
    }
    for await (const piece of formats[format].report(counting(), facts)) {
      written += Number(piece.includes('0000000000'));
      expect(read).toBeLessThanOrEqual(written);
    }
    expect(read).toBe(sample.length);
  });
});
