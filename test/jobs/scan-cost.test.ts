import { afterEach, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { countTableRequests } from '../support/count-requests.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

/** Half of the findings have a plan, half belong to another rule. */
const apps = Array.from({ length: 1_000 }, (_, i) =>
  i % 2 === 0
    ? anApp(`App ${i}`, { application: { keyCredentials: [aSymmetricSigningKey(`app ${i}`)] } })
    : anApp(`App ${i}`, { servicePrincipal: null }),
);
const tenant = simulatedTenantOf(apps);
const objectIds = apps.flatMap(({ application }) => application?.id ?? []);

/** Suppresses every finding until a date, as `suppress` does, without its reads. */
async function suppressAll(until: string): Promise<void> {
  const { findings } = laptop.runtime;
  const changes = [];
  for await (const { value, etag } of findings.findings(tenant.id)) {
    const suppression = { reason: 'Known.', author: 'test', suppressedAt: value.changedAt, until };
    changes.push({ finding: { ...value, status: 'suppressed', suppression } satisfies Finding, etag, events: [] });
  }
  await findings.commit(changes);
}

it('a scan makes few table requests for each finding, whatever happens to it', async () => {
  laptop = await aLaptop({ tenant }, { MAX_RESOLVED_PERCENT: '100' });
  const { directory } = laptop.simulator;
  const perFinding = async (expected: object) => {
    const { result, requests } = await countTableRequests(() => laptop.scan());
    expect(result).toMatchObject({ status: 'complete', ...expected });
    return requests / 1_000;
  };
  const renameAll = (name: string) => {
    for (const id of objectIds) directory.update('applications', id, { displayName: `${name} of ${id}` });
  };

  expect(await perFinding({ writes: 1_000, findings: { new: 1_000 } })).toBeLessThan(0.1);
  expect(await perFinding({ writes: 0 })).toBeLessThan(0.03);
  renameAll('Second name');
  expect(await perFinding({ writes: 1_000 })).toBeLessThan(0.5);
  await suppressAll(new Date(Date.now() + 30 * 86_400_000).toISOString());
  expect(await perFinding({ writes: 0, findings: { suppressed: 1_000 } })).toBeLessThan(0.03);
  renameAll('Third name');
  expect(await perFinding({ writes: 1_000, findings: { suppressed: 1_000 } })).toBeLessThan(0.5);
  for (const id of objectIds) directory.delete('applications', id);
  expect(await perFinding({ writes: 1_000, findings: { resolved: 1_000 } })).toBeLessThan(0.1);
});

it('a scan plans the removal of many keys from its listings, without a request for each key', async () => {
  const withKeys = (n: number) =>
    Array.from({ length: n }, (_, i) =>
      anApp(`Key ${i}`, {
        application: { keyCredentials: [aSymmetricSigningKey(`app ${i}`)] },
        servicePrincipal: { keyCredentials: [aSymmetricSigningKey(`principal ${i}`)] },
      }),
    );
  const requestsOf = async (n: number) => {
    laptop = await aLaptop({ tenant: simulatedTenantOf(withKeys(n)) });
    expect(await laptop.scan()).toMatchObject({ status: 'complete', findings: { new: 2 * n } });
    const found = await laptop.stored();
    expect(found.map(({ remediation }) => remediation?.status)).toEqual(Array(2 * n).fill('proposed'));
    return laptop.simulator.requests.length;
  };
  const few = await requestsOf(200);
  await laptop.close();
  // The owners and dependents of at most 200 apps are read for evidence.
  expect((await requestsOf(400)) - few).toBeLessThanOrEqual(2);
});
