import { afterEach, expect, it } from '@jest/globals';
import { queueNames } from '../../src/jobs/ports/index.js';
import { approve } from '../../src/jobs/remediation/approve.js';
import { executeRemediation } from '../../src/jobs/remediation/execute.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import { removeHandled } from '../../src/jobs/remediation/remove-handled.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

it('removes the messages of plans that have an outcome, and no other', async () => {
  laptop = await aLaptop();
  await laptop.scan();
  const { runtime } = laptop;
  const messages = [];
  for (const displayName of ['Payroll Sync', 'Branch Kiosk']) {
    const found = (await laptop.stored()).find((one) => one.displayName === displayName && one.remediation);
    if (!found) throw new Error(`${displayName} has no plan.`);
    const { tenantId, id: findingId } = found;
    const approved = await approve(runtime, { tenantId, findingId, author: 'ada', acknowledgeWarnings: true });
    if (approved.remediation) messages.push(messageFor(approved, approved.remediation));
  }
  const [executed, waiting] = messages;
  if (!executed || !waiting) throw new Error('There are no messages.');
  const { outbox } = await runtime.remediation();
  const replaced = { ...waiting, remediationId: '0123456789abcdef' };
  const others = [
    { ...executed, tenantId: 'another' },
    { ...replaced, tenantId: 'another' },
    { ...waiting, remediationId: 'fedcba9876543210' },
    { no: 'ids' },
  ];
  for (const message of [replaced, ...others]) await outbox.send(queueNames.remediations, message as never);
  await executeRemediation(await runtime.remediation(), executed);

  const inbox = runtime.remediationQueue()?.inbox;
  if (!inbox) throw new Error('There is no queue.');
  await removeHandled({ inbox, findings: runtime.records().findings, tenantId: executed.tenantId }, [replaced]);
  const lengths = await outbox.lengths();
  const { waiting: left } = lengths.find(({ queue }) => queue === queueNames.remediations) ?? {};
  expect(left).toBe(1 + others.length);
});
