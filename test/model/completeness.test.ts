import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { missingObjects } from '../../src/model/scan/completeness.js';

describe('the objects that a listing lacks', () => {
  it.each([
    [0, 0, true, 0],
    [1, 0, false, 1],
    [70, 70, true, 0],
    [70, 71, true, 0],
    [1_000, 999, false, 1],
    [1_001, 1_000, false, 0],
    [1_001, 999, false, 2],
    [1_001, 1_000, true, 1],
    [4_995, 3_996, true, 999],
    [1_000_000, 999_000, false, 0],
    [1_000_000, 998_999, false, 1_001],
  ])('of %i, with %i read and a full last page: %s, are %i', (count, read, lastPageFull, missing) => {
    expect(missingObjects({ count, read, lastPageFull })).toBe(missing);
  });

  it('are never more than one in a thousand without being reported', () => {
    fc.assert(
      fc.property(fc.nat(2_000_000), fc.nat(2_000_000), fc.boolean(), (count, read, lastPageFull) => {
        const missing = missingObjects({ count, read, lastPageFull });
        expect(missing === 0 || missing === count - read).toBe(true);
        if (missing === 0) expect(count - read).toBeLessThanOrEqual(lastPageFull ? 0 : count / 1_000);
      }),
    );
  });
});
