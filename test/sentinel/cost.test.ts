import { afterEach, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { loanDesk, runAt } from './sentinel-world.js';

let laptop: Laptop;
afterEach(() => laptop.close());

/** Runs `work`, and counts its requests to Graph, those inside a batch too. */
async function counted<T>(work: () => Promise<T>): Promise<{ requests: number; result: T }> {
  const start = laptop.simulator.requests.length;
  const result = await work();
  const sent = laptop.simulator.requests.slice(start).filter(({ path }) => !path.includes('token'));
  return { requests: sent.length, result };
}

it('with 1 % of 100,000 objects holding keys, a run needs at most 3 % of the requests of a scan', async () => {
  const filler = { objects: 100_000, seed: 5, keyHolderEvery: 100 };
  laptop = await aLaptop({ tenant: simulatedTenantOf([loanDesk], undefined, filler) });
  const scan = await counted(() => laptop.scan());
  const listing = await counted(() => runAt(laptop, -10));
  const log = await counted(() => runAt(laptop));
  const { applications, servicePrincipals } = listing.result.counts;
  expect(applications + servicePrincipals).toBeGreaterThan(900);
  expect([listing.result.status, log.result.status]).toEqual(['complete', 'complete']);
  expect(log.result.sentinel).toMatchObject({ audit: { entries: 0 } });
  // The pages of the two listings alone are 101 requests.
  expect([listing.requests, log.requests]).toEqual([3, 2]);
  expect(listing.requests / scan.requests).toBeLessThanOrEqual(0.03);
}, 120_000);
