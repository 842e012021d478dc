import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { queueNames } from '../../src/jobs/ports/index.js';
import { scanOrWait, type WaitingRequest } from '../../src/jobs/scan/scan-or-wait.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { blankScan } from '../../src/model/scan/scan.js';
import { anApp } from '../../src/rules/testing/cases.js';
import { rejection } from '../graph/scripted-graph.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

const tenant = simulatedTenantOf([anApp('Payroll Sync')]);
let laptop: Laptop;
beforeEach(async () => {
  laptop = await aLaptop({ tenant });
});
afterEach(() => laptop.close());

/** Begins a scan of another process, which does not end. */
function anotherScan(id = 'other') {
  const startedAt = laptop.runtime.clock.now();
  const begun = {
    id,
    tenantId: tenant.id,
    status: 'running',
    requestedBy: 'cli',
    startedAt,
    since: startedAt,
  } as const;
  return laptop.runtime.scans.begin(blankScan(begun));
}

async function requested(message: object) {
  const waiting: WaitingRequest[] = [];
  const sent: unknown[][] = [];
  const { outbox } = laptop.runtime;
  const send: typeof outbox.send = (queue, content, options) => {
    sent.push([queue, content, options]);
    return outbox.send(queue, content, options);
  };
  const context = { ...laptop.runtime.scanContext(), outbox: { lengths: () => outbox.lengths(), send } };
  const scan = await scanOrWait(context, message, {}, (request) => waiting.push(request));
  return { scan, waiting, sent };
}

describe('a scan request while another scan of the tenant runs', () => {
  it('is sent again with a delay, and scans when the other scan has ended', async () => {
    const lease = await anotherScan();
    const { scan, waiting, sent } = await requested({ scanId: 'nightly-1', requestedBy: 'timer' });
    const later = { scanId: 'nightly-1', requestedBy: 'timer', waits: '1' };
    expect(scan).toBeUndefined();
    expect(sent).toEqual([[queueNames.scanRequests, later, { delaySeconds: 600 }]]);
    expect(waiting).toEqual([{ scanId: 'nightly-1', waits: 1, postponed: true }]);
    // It is in the queue, and hidden.
    expect(await laptop.runtime.inbox.receive(queueNames.scanRequests, 32, 1)).toEqual([]);
    expect(await laptop.runtime.outbox.lengths()).toContainEqual({
      queue: queueNames.scanRequests,
      waiting: 1,
      givenUp: 0,
    });

    const ended = await laptop.runtime.scans.scan(tenant.id, 'other');
    if (!ended) throw new Error('There is no other scan.');
    await laptop.runtime.scans.finish(lease, { ...ended, status: 'complete', finishedAt: ended.startedAt });
    const served = await requested(later);
    expect(served).toMatchObject({ scan: { id: 'nightly-1', status: 'complete', requestedBy: 'timer' }, waiting: [] });
  });

  it('waits again, and ends after four hours without the poison queue', async () => {
    await anotherScan();
    const request = { scanId: 'nightly-1', requestedBy: 'timer', tenantId: tenant.id };
    const last = await requested({ ...request, waits: '23' });
    expect(last.sent).toMatchObject([[queueNames.scanRequests, { ...request, waits: '24' }, {}]]);
    const { sent, waiting } = await requested({ ...request, waits: '24' });
    expect(sent).toEqual([]);
    expect(waiting).toEqual([{ scanId: 'nightly-1', tenantId: tenant.id, waits: 25, postponed: false }]);
  });

  it('fails as before for any other error', async () => {
    expect(await rejection(requested({ scanId: 'nightly-1', requestedBy: 'timer', waits: 'many' }))).toMatchObject({
      code: 'usage-invalid',
      message: expect.stringContaining('waits'),
    });
  });
});
