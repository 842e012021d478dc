import { expect, it } from '@jest/globals';
import { HeldPages, type ReadAhead } from '../../src/graph/http/held-pages.js';

const wide: ReadAhead = { pages: 64, bytes: 1_000 };

/** How many requests may begin, up to 40, while some pages of 10 bytes wait. */
async function requestsBeside(waiting: number, held: HeldPages): Promise<number> {
  let requests = 0;
  for (let page = 0; page < waiting; page++) {
    await held.room();
    held.add(10);
  }
  for (let at = 0; at < 40; at++)
    void held.room().then(() => {
      requests++;
    });
  await new Promise((resolve) => setImmediate(resolve));
  return requests;
}

/** Pages of which the consumer has taken one. */
async function begun(bound: ReadAhead): Promise<HeldPages> {
  const held = new HeldPages(bound);
  await held.room();
  held.add(10);
  held.release(10);
  return held;
}

it.each<[string, () => HeldPages | Promise<HeldPages>, number, number]>([
  ['nobody has taken a page yet', () => new HeldPages(wide), 3, 40],
  ['the consumer has begun, and no page waits', () => begun(wide), 0, 40],
  ['the consumer has begun, and one page waits', () => begun(wide), 1, 12],
  ['the consumer has begun, and three pages wait', () => begun(wide), 3, 4],
  [
    'the consumer takes pages from the start, and one page waits',
    () => new HeldPages({ ...wide, isTaken: true }),
    1,
    12,
  ],
  ['as many pages wait as the bound allows', () => new HeldPages({ ...wide, pages: 2 }), 2, 0],
  ['as many bytes wait as the bound allows', () => new HeldPages({ ...wide, bytes: 20 }), 2, 0],
])('if %s', async (_, open, waiting, requests) => {
  expect(await requestsBeside(waiting, await open())).toBe(requests);
});
