import { afterEach, expect, it } from '@jest/globals';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { measuredFindings } from '../../src/jobs/telemetry/observed-findings.js';
import { silentTelemetry } from '../../src/jobs/telemetry/telemetry.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

it('writes findings in batches of the size that the store names', async () => {
  const apps = Array.from({ length: 12 }, (_, i) =>
    anApp(`App ${i}`, { application: { keyCredentials: [aSymmetricSigningKey(`app ${i}`)] } }),
  );
  laptop = await aLaptop({ tenant: simulatedTenantOf(apps) });
  const store = measuredFindings(laptop.runtime.findings, silentTelemetry);
  const sizes: number[] = [];
  const findings: typeof store = {
    ...store,
    batchSize: 5,
    commit: (changes) => {
      sizes.push(changes.length);
      return store.commit(changes);
    },
  };
  await scanTenant({ ...laptop.runtime, findings }, { requestedBy: 'test' });
  expect(sizes).toEqual([5, 5, 2]);
});
