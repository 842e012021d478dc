import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { retryAfterMilliseconds } from '../../../src/model/http/retry-after.js';

const date = 'Tue, 24 Nov 2026 08:00:00 GMT';

describe('Retry-After', () => {
  it.each([
    ['7', 7000],
    ['2.128', 2128],
    [' 3 ', 3000],
    ['0', 0],
    ['Tue, 24 Nov 2026 08:00:30 GMT', 30_000],
    ['Tuesday, 24-Nov-26 08:00:30 GMT', 30_000],
    ['Tue Nov 24 08:00:30 2026 GMT', 30_000],
    ['Tue, 24 Nov 2026 07:00:00 GMT', 0],
    ['24 Nov 2026 08:00:30 GMT', undefined],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['2026', 2_026_000],
    ['1e3', undefined],
    ['Tue, nonsense', undefined],
    ['2026-11-24T08:00:30Z', undefined],
  ])('of %p is %p ms', (header, milliseconds) => {
    expect(retryAfterMilliseconds(header, date)).toBe(milliseconds);
  });

  it.each([undefined, null, '', 'nonsense'])('as a date is ignored when the Date header is %p', (header) => {
    expect(retryAfterMilliseconds('Tue, 24 Nov 2026 08:00:30 GMT', header)).toBeUndefined();
    expect(retryAfterMilliseconds('7')).toBe(7000);
  });

  it('is never negative and never NaN for any header', () => {
    const header = fc.oneof(fc.string(), fc.double().map(String), fc.date().map(String));
    fc.assert(
      fc.property(header, (text) => {
        const milliseconds = retryAfterMilliseconds(text, date);
        expect(milliseconds === undefined || milliseconds >= 0).toBe(true);
      }),
    );
  });

  it('is never shorter than the requested seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (thousandths) => {
        const milliseconds = retryAfterMilliseconds((thousandths / 1000).toFixed(3), date) ?? -1;
        expect(milliseconds).toBeGreaterThanOrEqual(thousandths);
        expect(milliseconds).toBeLessThanOrEqual(thousandths + 1);
      }),
    );
  });
});
