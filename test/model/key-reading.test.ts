import { expect, it } from '@jest/globals';
import { isFasterByHolders, mayExceedSelectLimit } from '../../src/model/scan/key-reading.js';

const counts = (applications: number, servicePrincipals: number) => ({ applications, servicePrincipals });

it.each([
  // [objects, holders, may exceed the limit, faster by holders]
  ['a small tenant', counts(120, 180), counts(2, 2), false, false],
  ['exactly the pages that need no wait', counts(60 * 999, 60 * 999), counts(10, 10), false, false],
  ['one page more, which waits for nothing', counts(60 * 999, 60 * 999 + 1), counts(10, 10), true, false],
  ['just above the limit, and a page of holders takes as long', counts(77 * 999, 77 * 999), counts(1, 1), true, false],
  ['a large tenant with few holders', counts(60_000, 200_000), counts(100, 2_000), true, true],
  ['the largest tenant with few holders', counts(400_000, 600_000), counts(4_000, 6_000), true, true],
  ['a long chain of holders', counts(60_000, 200_000), counts(100, 40_000), true, false],
  ['more holders than fit into memory', counts(400_000, 600_000), counts(25_000, 25_001), true, false],
  ['an index without any holder', counts(400_000, 600_000), counts(0, 0), true, false],
])('%s', (_, objects, holders, mayExceed, isFaster) => {
  expect(mayExceedSelectLimit(objects)).toBe(mayExceed);
  expect(isFasterByHolders(objects, holders)).toBe(isFaster);
});
