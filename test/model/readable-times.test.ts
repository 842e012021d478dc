import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readableTimes, timesIn } from '../../src/model/text/readable-times.js';

describe('readable times', () => {
  it.each([
    ['Approved until 2026-12-03T16:43:29.837Z.', 'Approved until 2026-12-03 16:43 UTC.'],
    ['From 2026-12-03T16:43:29Z to 2026-12-04T01:02Z', 'From 2026-12-03 16:43 UTC to 2026-12-04 01:02 UTC'],
    ['2034-03-01T00:00:00.0000000Z', '2034-03-01 00:00 UTC'],
    ['Choose a date until 2026-12-03.', 'Choose a date until 2026-12-03.'],
    ['backup-12026-12-03T16:43:29Z', 'backup-12026-12-03T16:43:29Z'],
    ['', ''],
  ])('%j becomes %j', (text, expected) => expect(readableTimes(text)).toBe(expected));

  it('loses nothing of a text', () => {
    const part = fc.oneof(
      fc.string(),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const text = parts.join(' ');
        const whole = timesIn(text).map((one) => (typeof one === 'string' ? one : one.at));
        expect(whole.join('')).toBe(text);
      }),
    );
  });
});
