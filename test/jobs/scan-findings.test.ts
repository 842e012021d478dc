import { afterEach, describe, expect, it } from '@jest/globals';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { measuredFindings } from '../../src/jobs/telemetry/observed-findings.js';
import { silentTelemetry } from '../../src/jobs/telemetry/telemetry.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { ConsentinelError } from '../../src/model/errors.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

describe('a finding that was stored without its plan', () => {
  const clockAt = (at: string) => ({ ...laptop.runtime.clock, now: () => at });
  const night = '2026-11-24T02:00:00.000Z';
  /** Stores a finding that changed in that night and has no plan. */
  const storedWithoutPlan = async () => {
    const app = anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } });
    laptop = await aLaptop({ tenant: simulatedTenantOf([app]) });
    const freshApps = () => Promise.reject(new ConsentinelError('graph-unavailable', 'Graph is not available.'));
    const directory = { ...laptop.runtime.directory, freshApps };
    const scan = await scanTenant({ ...laptop.runtime, directory, clock: clockAt(night) }, { requestedBy: 'test' });
    expect(scan).toMatchObject({ status: 'incomplete', writes: 1 });
    expect(await laptop.stored()).toMatchObject([{ changedAt: night }]);
    expect((await laptop.stored())[0]).not.toHaveProperty('remediation');
  };

  it.each([
    ['at the time', night, 1],
    ['after the time', '2026-11-25T02:00:00.000Z', 1],
    ['before the time', '2026-11-23T02:00:00.000Z', 0],
  ])('by a scan that begins %s of the last change, %s, is written %i times', async (_name, at, writes) => {
    await storedWithoutPlan();
    expect(await scanTenant({ ...laptop.runtime, clock: clockAt(at) }, { requestedBy: 'test' })).toMatchObject({
      writes,
    });
    expect((await laptop.stored()).filter(({ remediation }) => remediation)).toHaveLength(writes);
  });
});

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
