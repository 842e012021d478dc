import { afterEach, expect, it } from '@jest/globals';
import type { ScanContext } from '../../src/jobs/scan/scan-context.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

it.each([
  ['is known', { knownTenantId: simulatedTenantOf([]).id }],
  ['is read first', {}],
])('a scan counts the retries of the read of the organization, where the tenant %s', async (_name, known) => {
  laptop = await aLaptop({ tenant: simulatedTenantOf([]) });
  laptop.simulator.order({ kind: 'status', status: 503, match: { path: '/organization' }, times: 2 });
  const { knownTenantId: _known, ...others } = laptop.runtime as ScanContext;
  const scan = await scanTenant({ ...others, ...known }, { requestedBy: 'test' });
  expect(scan).toMatchObject({ status: 'complete', retries: 2 });
});
