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

/** Runs the pump until it has logged so many lines. */
async function pump(lines: number): Promise<string[]> {
  const logged: string[] = [];
  const stop = new AbortController();
  await pumpRemediations(laptop.runtime, {
    maxPerRun: 20,
    signal: stop.signal,
    everyMilliseconds: 10,
    onLine: (line) => {
      logged.push(line);
      if (logged.length >= lines) stop.abort();
    },
  });
  return logged;
}

it('executes an approval, and continues after an invalid message', async () => {
  laptop = await aLaptop({ tenant });
  await laptop.scan();
  const { tenantId, id: findingId } = await theFinding();
  await laptop.runtime.outbox.send(queueNames.remediations, { what: 'ever' });
  await approve(laptop.runtime, { tenantId, findingId, author: 'ada', acknowledgeWarnings: true });
  const logged = await pump(2);
  expect(logged).toEqual(
    expect.arrayContaining([expect.stringMatching(/on remediations is invalid/), expect.stringMatching(/^applied: /)]),
  );
  expect(await theFinding()).toMatchObject({ status: 'resolved', remediation: { status: 'applied' } });
});
