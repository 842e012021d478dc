import { afterEach, describe, expect, it } from '@jest/globals';
import { suppressFinding } from '../../src/jobs/finding/suppress-finding.js';
import { runSentinel } from '../../src/jobs/sentinel/run-sentinel.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { withoutLog } from '../../src/model/sentinel/plan-run.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import type { JsonObject } from '../../src/simulator/http/server.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const run = (more: Partial<Parameters<typeof runSentinel>[1]> = {}) =>
  runSentinel(laptop.runtime, { requestedBy: 'test', ...more });
const withKey = (name: string) => anApp(name, { application: { keyCredentials: [aSymmetricSigningKey] } });
const compliant = ['One', 'Two', 'Three'].map((name) => anApp(name));
const logPermission = 'AuditLog.Read.All';

/** Adds a symmetric signing key to the first application of the tenant. */
function addKey(to: Laptop, at = 0): JsonObject {
  const collection = to.simulator.directory.collection('applications');
  const application = collection.visible(at) as JsonObject;
  collection.write(at, { ...application, keyCredentials: [{ ...aSymmetricSigningKey }] as never });
  return application;
}

describe('the sentinel without the audit log', () => {
  it('finds a symmetric key, resolves nothing, and a scan then changes nothing', async () => {
    laptop = await aLaptop({ tenant: simulatedTenantOf([...compliant, withKey('Four')]) });
    laptop.simulator.roles.revoke(logPermission);
    const done = await run();
    expect(done).toMatchObject({ status: 'complete', errors: [], findings: { new: 1, open: 0, resolved: 0 } });
    expect(done.notes).toContain(withoutLog);
    const found = await laptop.stored();
    expect(found).toHaveLength(1);
    const scan = await laptop.scan();
    expect(scan.findings.resolved).toBe(0);
    const after = await laptop.stored();
    expect(after.filter(({ id }) => id === found[0]?.id)).toEqual(found);
  });
});
