import { afterEach, expect, it } from '@jest/globals';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp } from '../../src/rules/testing/cases.js';
import { boundHeap, heapGrowthOf } from '../../src/wiring/bounded-heap.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop | undefined;
afterEach(() => laptop?.close());

it.each([
  [undefined, 60],
  [0, 60],
  [299_999, 60],
  [300_000, 100],
  [1_000_000, 100],
])('with %s objects the heap grows by %s %% between two collections', (objects, percent) => {
  expect(heapGrowthOf(objects)).toBe(percent);
});

it('follows the number of objects that Graph counts when a scan begins', async () => {
  laptop = await aLaptop({
    tenant: simulatedTenantOf([anApp('Payroll'), anApp('Travel', { servicePrincipal: null })]),
  });
  const context = laptop.runtime.scanContext();
  expect(context.onCounted).toBe(boundHeap);
  const { simulator } = laptop;
  const counted = simulator.counts().applications + simulator.counts().servicePrincipals;
  const told: (number | undefined)[] = [];
  await scanTenant({ ...context, onCounted: (objects) => void told.push(objects) }, { requestedBy: 'test' });
  expect(told).toEqual([counted]);
});
