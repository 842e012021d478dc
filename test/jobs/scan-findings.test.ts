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

it('keeps what a scan resolved before it was stopped; the next scan resolves the rest', async () => {
  const apps = Array.from({ length: 12 }, (_, i) => anApp(`App ${i}`, { servicePrincipal: null }));
  laptop = await aLaptop({ tenant: simulatedTenantOf(apps) }, { MAX_RESOLVED_PERCENT: '100' });
  await laptop.scan();
  for (const { application } of apps) laptop.simulator.directory.delete('applications', application?.id ?? '');
  const store = measuredFindings(laptop.runtime.findings, silentTelemetry);
  const stop = new AbortController();
  const findings: typeof store = {
    ...store,
    batchSize: 5,
    commit: (changes) => {
      stop.abort(new Error('stopped'));
      return store.commit(changes);
    },
  };
  const stopped = scanTenant({ ...laptop.runtime, findings }, { requestedBy: 'test', signal: stop.signal });
  await expect(stopped).rejects.toThrow('stopped');
  const resolved = async () => (await laptop.stored()).filter(({ status }) => status === 'resolved').length;
  expect(await resolved()).toBe(5);
  expect(await laptop.scan()).toMatchObject({ status: 'complete', writes: 7 });
  expect(await resolved()).toBe(12);
});
