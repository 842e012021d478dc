import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { processPoison } from '../../src/jobs/poison/process-poison.js';
import { type QueueName, queueNames } from '../../src/jobs/ports/index.js';
import { shortestRetryTime } from '../../src/jobs/queues/retry-time.js';
import { approve } from '../../src/jobs/remediation/approve.js';
import { executeRemediation } from '../../src/jobs/remediation/execute.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import { requestNightlyScan } from '../../src/jobs/scan/request-scan.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { StorageQueues } from '../../src/storage/outbox.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { writerOf } from './writer.js';

// An attacker who can write to the poison queues sends messages that the host would never have put there.

const apps = ['Payroll Sync', 'Expense Portal'].map((name) =>
  anApp(name, { application: { keyCredentials: [aSymmetricSigningKey(name)] } }),
);
const tenant = simulatedTenantOf(apps);
const settings = { REMEDIATION: 'on', TEAMS_WEBHOOK_URL: 'http://127.0.0.1:9/hook' };

let laptop: Laptop;
afterEach(() => laptop.close());

/** Sends messages to a poison queue, and processes all of them as the watcher does. */
async function forge(queue: QueueName, messages: readonly object[], minutesLater = 0): Promise<string[]> {
  const queues = new StorageQueues(writerOf(laptop).storage);
  const client = writerOf(laptop).storage.raw.queue(`${queue}-poison`);
  for (const message of messages) await client.sendMessage(JSON.stringify(message));
  const context = laptop.runtime.poison();
  const now = () => new Date(Date.now() + minutesLater * 60_000).toISOString();
  const clock = { ...laptop.runtime.clock, now };
  const remediation = async () => ({ ...(await context.remediation()), clock });
  const lines: string[] = [];
  for (;;) {
    const taken = await queues.receive(`${queue}-poison`, 32, 60);
    if (taken.length === 0) return lines;
    for (const message of taken) {
      const open = async () => ({ ...context, clock, remediation });
      lines.push(await processPoison(open, queue, JSON.parse(message.text)));
      await queues.remove(`${queue}-poison`, message);
    }
  }
}

async function approvedFinding(): Promise<{ finding: Finding; message: object }> {
  laptop = await aLaptop({ tenant }, settings);
  await laptop.scan();
  const [first] = await laptop.stored();
  const subject = { tenantId: tenant.id, findingId: first?.id ?? '', author: 'ada@woodgrove.example' };
  const finding = await approve(laptop.runtime, { ...subject, acknowledgeWarnings: true });
  if (!finding.remediation) throw new Error('There is no plan.');
  return { finding, message: messageFor(finding, finding.remediation) };
}

const now = async ({ id, ruleId }: Finding) => (await laptop.runtime.findings.finding(tenant.id, id, ruleId))?.value;
const scans = async (): Promise<Scan[]> => {
  const all: Scan[] = [];
  for await (const scan of laptop.runtime.scans.scans(tenant.id)) all.push(scan);
  return all;
};
const notes = async () => (await scans()).flatMap(({ givenUp = [] }) => givenUp.map(({ what }) => what));
const writes = () => laptop.simulator.requests.filter(({ method }) => method === 'PATCH');

describe('a forged message on remediations-poison', () => {
  it('does not change a live approval, which runs afterwards', async () => {
    const { finding, message } = await approvedFinding();
    const [line] = await forge(queueNames.remediations, [message]);
    expect(line).toContain('still retries');
    expect((await now(finding))?.remediation?.status).toBe('approved');
    expect(await notes()).toEqual([]);
    expect(await executeRemediation(await laptop.runtime.remediation(), message)).toMatchObject({ status: 'applied' });
  });

  it('does not change an attempt that can be under way, although it is of the same process', async () => {
    const { finding, message } = await approvedFinding();
    const context = await laptop.runtime.remediation();
    const remediator = context.remediator;
    if (!remediator) throw new Error('There is no remediator.');
    let line: string | undefined;
    // Graph has received the request, and the worker has not recorded it yet.
    const send: typeof remediator.send = async (write, signal) => {
      const requestId = await remediator.send(write, signal);
      [line] = await forge(queueNames.remediations, [message], 5);
      return requestId;
    };
    const outcome = await executeRemediation({ ...context, remediator: { ...remediator, send } }, message);
    expect(line).toContain('in progress');
    expect(outcome.status).toBe('applied');
    expect(writes()).toHaveLength(1);
    const types = (await laptop.runtime.findings.history(finding)).map(({ type }) => type);
    expect(types).not.toContain('failed');
  });

  it('has an interrupted attempt verified, which finds that Graph has applied it', async () => {
    const { finding, message } = await approvedFinding();
    const context = await laptop.runtime.remediation();
    const remediator = context.remediator;
    if (!remediator) throw new Error('There is no remediator.');
    // A killed worker: Graph has applied the request, and nothing follows.
    await new Promise<void>((resolve) => {
      const send: typeof remediator.send = async (write, signal) => {
        await remediator.send(write, signal);
        resolve();
        return new Promise(() => {});
      };
      void executeRemediation({ ...context, owner: 'killed', remediator: { ...remediator, send } }, message);
    });
    expect((await now(finding))?.remediation?.status).toBe('approved');
    const [line] = await forge(queueNames.remediations, [message], 10);
    expect(line).toContain('verified: applied');
    expect(await now(finding)).toMatchObject({ status: 'resolved', remediation: { status: 'applied' } });
  });

  it('of an abandoned approval is reported once, and the approval stays', async () => {
    const { finding, message } = await approvedFinding();
    const lines = await forge(queueNames.remediations, Array(40).fill(message), 30);
    expect(lines).toHaveLength(40);
    expect(await notes()).toEqual([expect.stringContaining(`The approved fix of finding ${finding.id} did not run`)]);
    expect((await now(finding))?.remediation?.status).toBe('approved');
  });

  it('for findings, plans and tenants that do not exist changes nothing, 300 times', async () => {
    const { finding, message } = await approvedFinding();
    const before = await laptop.rows();
    const hex = (i: number) => i.toString(16).padStart(16, '0');
    const forged = Array.from({ length: 300 }, (_, i) =>
      i % 3 === 0
        ? { tenantId: tenant.id, findingId: hex(i), remediationId: hex(i) }
        : i % 3 === 1
          ? { ...message, remediationId: hex(i) }
          : { ...message, tenantId: 'another' },
    );
    expect(await forge(queueNames.remediations, forged, 30)).toHaveLength(300);
    expect(await laptop.rows()).toEqual(before);
    expect((await now(finding))?.remediation?.status).toBe('approved');
    // Each unknown id is looked up in the partition of every rule.
  }, 240_000);
});

describe('a forged message on scan-requests-poison', () => {
  it('creates no scan for an id that was never requested, 300 times', async () => {
    laptop = await aLaptop({ tenant }, settings);
    await laptop.scan();
    const before = await laptop.rows();
    const forged = Array.from({ length: 300 }, (_, i) => ({ scanId: `nightly-${i}`, requestedBy: 'timer' }));
    const lines = await forge(queueNames.scanRequests, forged, 30);
    expect(new Set(lines.map((line) => line.replace(/nightly-\d+/, '')))).toEqual(
      new Set(['No request has the id . Nothing was changed.']),
    );
    expect(await laptop.rows()).toEqual(before);
  });

  it('does not fail a scan whose request is still tried, that runs, or that has finished', async () => {
    laptop = await aLaptop({ tenant }, settings);
    const { outbox, clock, scans: store } = laptop.runtime;
    const message = await requestNightlyScan({ outbox, clock, scans: store }, { last: 'a', next: 'b' });
    expect(await forge(queueNames.scanRequests, [message])).toEqual([expect.stringContaining('still retries')]);
    expect(await scans()).toEqual([]);
    let during: string[] = [];
    const onProgress = async () => {
      during = await forge(queueNames.scanRequests, [message], 30);
    };
    const running: Promise<void>[] = [];
    const onPage = () => {
      if (running.length === 0) running.push(onProgress());
    };
    await laptop.scan({ scanId: message.scanId, onProgress: onPage });
    await Promise.all(running);
    expect(during[0]).toMatch(/is (running|complete)/);
    expect(await forge(queueNames.scanRequests, [message], 30)).toEqual([`Scan ${message.scanId} is complete.`]);
    expect((await scans()).map(({ status }) => status)).toEqual(['complete']);
  });

  it('of a requested scan that never began creates one failed scan, however often it comes', async () => {
    laptop = await aLaptop({ tenant }, settings);
    const { outbox, scans: store } = laptop.runtime;
    const halfAnHourAgo = { now: () => new Date(Date.now() - 1_800_000).toISOString() };
    const message = await requestNightlyScan({ outbox, clock: halfAnHourAgo, scans: store }, { last: 'a', next: 'b' });
    await forge(queueNames.scanRequests, Array(10).fill(message));
    expect(await scans()).toMatchObject([{ id: message.scanId, status: 'failed' }]);
  });

  it('has its id escaped in the log', async () => {
    laptop = await aLaptop({ tenant }, settings);
    const [named] = await forge(queueNames.alerts, [{ tenantId: tenant.id, scanId: 'a\u001b[2J\u202eb' }]);
    expect(named).toBe('Scan a\\u001b[2J\\u202eb has no pending alerts.');
    expect(await forge(queueNames.scanRequests, [{ scanId: 'a\u001b[2J' }])).toEqual(['The message names no scan.']);
  });
});

it('a forged message on alerts-poison does not end an alert that is still tried', async () => {
  laptop = await aLaptop({ tenant }, settings);
  const { id } = await laptop.scan();
  const message = { tenantId: tenant.id, scanId: id };
  expect(await forge(queueNames.alerts, [message])).toEqual([expect.stringContaining('still retries')]);
  expect(await notes()).toEqual([]);
  await forge(queueNames.alerts, Array(40).fill(message), 30);
  expect(await notes()).toHaveLength(1);
});

it('a message is tried for that long before it is abandoned', () => {
  const { maxDequeueCount, visibilityTimeout } = JSON.parse(readFileSync('host.json', 'utf8')).extensions.queues;
  const [hours, minutes, seconds] = visibilityTimeout.split(':').map(Number);
  const tried = (maxDequeueCount - 1) * (hours * 3600 + minutes * 60 + seconds) * 1000;
  expect(shortestRetryTime).toBeLessThan(tried);
  expect(shortestRetryTime).toBeGreaterThan(tried / 2);
});
