import { afterEach, expect, it } from '@jest/globals';
import { queueNames } from '../../src/jobs/ports/index.js';
import { approve } from '../../src/jobs/remediation/approve.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { pumpRemediations } from '../../src/local/remediation-pump.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

const tenant = simulatedTenantOf([
  anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } }),
]);
let laptop: Laptop;
afterEach(() => laptop.close());

const theFinding = async () =>
  (await laptop.stored()).find(({ ruleId }) => ruleId === 'no-symmetric-signing-key') as Finding;

/** Lets the pump run until it has said so many lines. */
async function pump(lines: number): Promise<string[]> {
  const said: string[] = [];
  const stop = new AbortController();
  await pumpRemediations(laptop.runtime, {
    maxPerRun: 20,
    signal: stop.signal,
    everyMilliseconds: 10,
    onLine: (line) => {
      said.push(line);
      if (said.length >= lines) stop.abort();
    },
  });
  return said;
}

it('carries an approval out, and goes on after a message that is none', async () => {
  laptop = await aLaptop({ tenant });
  await laptop.scan();
  const { tenantId, id: findingId } = await theFinding();
  await laptop.runtime.outbox.send(queueNames.remediations, { what: 'ever' });
  await approve(laptop.runtime, { tenantId, findingId, author: 'ada', acknowledgeWarnings: true });
  const said = await pump(2);
  expect(said).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/on remediations is not of its form/),
      expect.stringMatching(/^applied: /),
    ]),
  );
  expect(await theFinding()).toMatchObject({ status: 'resolved', remediation: { status: 'applied' } });
});
