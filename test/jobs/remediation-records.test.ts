import { Writable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { remediate } from '../../src/cli/commands/remediate.js';
import { approve } from '../../src/jobs/remediation/approve.js';
import { beginRemediation, executeRemediation } from '../../src/jobs/remediation/execute.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import { executeWithinLimits, runRemediations } from '../../src/jobs/remediation/queue.js';
import { defaultPatience, type RemediationContext } from '../../src/jobs/remediation/remediation-context.js';
import { measuredFindings } from '../../src/jobs/telemetry/observed-findings.js';
import { silentTelemetry } from '../../src/jobs/telemetry/telemetry.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { aKey, anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import type { SimulatorOptions } from '../../src/simulator/http/server.js';
import { appliedEvents } from '../support/applied-events.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const anAppWithKey = (name: string) =>
  anApp(name, { application: { keyCredentials: [aSymmetricSigningKey(name), aKey(`${name} client`)] } });
const idOf = (name: string) => anAppWithKey(name).application?.id ?? '';
const patch = { method: 'PATCH' };

/** A laptop with an approved plan for each app. */
async function approvedOn(names: readonly string[], options: Partial<SimulatorOptions> = {}): Promise<Finding[]> {
  laptop = await aLaptop({ tenant: simulatedTenantOf(names.map(anAppWithKey)), ...options });
  await laptop.scan();
  const approved: Finding[] = [];
  for (const finding of await laptop.stored()) approved.push(await approveAgain(finding));
  return approved;
}

const approveAgain = ({ tenantId, id }: Finding) =>
  approve(laptop.runtime, { tenantId, findingId: id, author: 'ada@example.com', acknowledgeWarnings: true });
const first = async (options: Partial<SimulatorOptions> = {}) => (await approvedOn(['Payroll'], options))[0] as Finding;
const message = (finding: Finding) => messageFor(finding, finding.remediation ?? ({} as never));
const context = async (changes: Partial<RemediationContext> = {}) => ({
  ...(await laptop.runtime.remediation()),
  ...changes,
});
const execute = async (finding: Finding, changes: Partial<RemediationContext> = {}) =>
  executeRemediation(await context(changes), message(finding));
const now = async ({ tenantId, id }: Finding) =>
  (await laptop.runtime.findings.finding(tenantId, id))?.value as Finding;
const writes = () => laptop.simulator.requests.filter(({ method, path }) => method !== 'GET' && path !== '/$batch');
const keyIds = (name: string) => {
  const keys = laptop.simulator.directory.find('applications', idOf(name))?.keyCredentials;
  return (keys as unknown as { keyId: string }[]).map(({ keyId }) => keyId);
};
const keyIdOf = (name: string) => aSymmetricSigningKey(name).keyId ?? '';
const events = async (finding: Finding) => laptop.runtime.findings.history(finding);
const types = async (finding: Finding) => (await events(finding)).map(({ type }) => type);

/** A clock whose waits end at once and are recorded. */
const recordingClock = (waits: number[]) => ({
  now: () => new Date().toISOString(),
  wait: async (milliseconds: number) => void waits.push(milliseconds),
});

describe('the outcome follows the attempt', () => {
  const applied = { status: 'resolved', remediation: { status: 'applied' } };

  it('if a scan sees the change before the worker does', async () => {
    const finding = await first();
    const begun = await beginRemediation(await context(), message(finding));
    await laptop.scan();
    const seen = await now(finding);
    expect(seen).toMatchObject(applied);
    expect(seen.remediation?.attempt?.requestIds).toHaveLength(1);
    expect('verify' in begun && (await begun.verify())).toMatchObject({ status: 'applied' });
    expect(await types(finding)).toEqual([...appliedEvents]);
    const last = (await events(finding)).find(({ type }) => type === 'applied');
    expect(last?.author).toMatch(/^scan:/);
    expect(last?.detail.requestIds).toEqual(seen.remediation?.attempt?.requestIds);
  });

  it('if the worker stops between the request and its record', async () => {
    const finding = await first();
    const store = measuredFindings(laptop.runtime.findings, silentTelemetry);
    const findings: typeof store = {
      ...store,
      commit: async (changes) => {
        if (changes.some((change) => change.events.some(({ type }) => type === 'sent'))) throw new Error('Killed.');
        return store.commit(changes);
      },
    };
    await expect(execute(finding, { findings })).rejects.toThrow('Killed.');
    await laptop.scan();
    expect(await now(finding)).toMatchObject(applied);
    const last = (await events(finding)).find(({ type }) => type === 'applied');
    expect(last?.detail).toMatchObject({ owner: expect.stringContaining(':'), approval: expect.any(String) });
  });

  it('if the change becomes visible only after the verification has failed', async () => {
    const finding = await first({ replicationLag: 60_000 });
    expect(await execute(finding)).toMatchObject({ status: 'failed' });
    laptop.simulator.directory.catchUp();
    await laptop.scan();
    const seen = await now(finding);
    expect(seen).toMatchObject(applied);
    expect(seen.remediation?.attempt?.requestIds).toHaveLength(1);
    expect(await types(finding)).not.toContain('unneeded');
  });

  it('if it was approved again in the meantime: the first attempt made the change, and nothing is sent', async () => {
    const finding = await first({ replicationLag: 60_000 });
    expect(await execute(finding)).toMatchObject({ status: 'failed' });
    const again = await approveAgain(await now(finding));
    laptop.simulator.directory.catchUp();
    expect(await execute(again)).toMatchObject({ status: 'applied' });
    expect((await now(finding)).remediation?.attempt?.requestIds).toHaveLength(1);
    expect(writes()).toHaveLength(1);
  });

  it('if another worker verifies it', async () => {
    const finding = await first();
    await beginRemediation(await context({ owner: 'gone' }), message(finding));
    const later = { ...laptop.runtime.clock, now: () => new Date(Date.now() + 8 * 60_000).toISOString() };
    expect(await execute(finding, { owner: 'next', clock: later })).toMatchObject({ status: 'applied' });
    expect((await now(finding)).remediation?.attempt).toMatchObject({ owner: expect.stringMatching(/^gone:/) });
  });

  it('but not an attempt that Graph rejected: then somebody else fixed it', async () => {
    const finding = await first();
    laptop.simulator.order({ kind: 'status', status: 403, times: 1, match: patch });
    expect(await execute(finding)).toMatchObject({ status: 'failed' });
    laptop.simulator.directory.removeKey('applications', idOf('Payroll'), keyIdOf('Payroll'));
    await laptop.scan();
    expect(await now(finding)).toMatchObject({ status: 'resolved', remediation: { status: 'unneeded' } });
  });

  it('and a scan does not replace the plan of an attempt that is not verified yet', async () => {
    const finding = await first({ replicationLag: 60_000 });
    const begun = await beginRemediation(await context(), message(finding));
    laptop.simulator.directory.addKey('applications', idOf('Payroll'), aKey('added later'));
    await laptop.scan();
    expect((await now(finding)).remediation).toMatchObject({ id: finding.remediation?.id, status: 'approved' });
    laptop.simulator.directory.catchUp();
    expect('verify' in begun && (await begun.verify())).toMatchObject({ status: 'applied' });
  });
});

describe('a run of the command line', () => {
  const lines = () => {
    const written: string[] = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        written.push(String(chunk));
        done();
      },
    });
    return { stream, text: () => written.join('') };
  };
  const run = async (changes: Partial<RemediationContext> = {}, json = true) => {
    const [out, log] = [lines(), lines()];
    const runtime = { ...laptop.runtime, remediation: () => context(changes) };
    const screen = { out: out.stream, log: log.stream, colour: false };
    const exitCode = await remediate(runtime as never, screen, { json }, new AbortController().signal);
    return { exitCode, out: out.text(), log: log.text() };
  };

  it('skips an attempt of another process, reports until when, and continues with the others', async () => {
    const [one, ...others] = await approvedOn(['A', 'B', 'C']);
    await beginRemediation(await context({ owner: 'elsewhere' }), message(one as Finding));
    const { exitCode, out, log } = await run();
    const { outcomes, left } = JSON.parse(out);
    expect(outcomes).toHaveLength(3);
    expect(outcomes.find(({ id }: { id: string }) => id === one?.id)).toMatchObject({
      status: 'pending',
      until: new Date(
        Date.parse((await now(one as Finding)).remediation?.attempt?.startedAt ?? '') + 7 * 60_000,
      ).toISOString(),
    });
    for (const { id } of others) expect(outcomes).toContainEqual(expect.objectContaining({ id, status: 'applied' }));
    expect([left, exitCode]).toEqual([1, 1]);
    for (const { id } of others) expect(log).toContain(`verifying ${id}`);
  });

  it('prints JSON in both of two processes that run at the same time, and every plan is applied once', async () => {
    await approvedOn(['A', 'B', 'C', 'D']);
    const both = await Promise.all([run({ owner: 'one' }), run({ owner: 'two' })]);
    for (const { out } of both) expect(JSON.parse(out).outcomes.length).toBeGreaterThan(0);
    for (const finding of await laptop.stored()) expect(finding.remediation?.status).toBe('applied');
    expect(writes()).toHaveLength(4);
  });

  it('exits 0 if a scan sees the change first', async () => {
    await approvedOn(['A']);
    const store = measuredFindings(laptop.runtime.findings, silentTelemetry);
    let scanned = false;
    const clock = {
      ...laptop.runtime.clock,
      wait: async () => {
        if (!scanned) await laptop.scan();
        scanned = true;
      },
    };
    const { exitCode, out } = await run({ clock, findings: store });
    expect(JSON.parse(out)).toMatchObject({ outcomes: [{ status: 'applied', finding: 'resolved' }], left: 0 });
    expect(exitCode).toBe(0);
  });

  it('prints JSON if Graph cannot be read, with what it did before', async () => {
    await approvedOn(['A', 'B']);
    laptop.simulator.order({ kind: 'refused', permission: 'Application.Read.All', times: Number.POSITIVE_INFINITY });
    const { exitCode, out } = await run();
    expect(JSON.parse(out)).toMatchObject({ outcomes: [{ status: 'error', code: 'permission-missing' }], left: 2 });
    expect(exitCode).toBe(1);
  });

  it('shares its limit with later runs', async () => {
    await approvedOn(['A', 'B', 'C', 'D', 'E']);
    const limited = async () => runRemediations(await context(), { maxPerRun: 3 });
    expect((await limited()).outcomes.map(({ status }) => status)).toEqual(['applied', 'applied', 'applied']);
    expect(await limited()).toMatchObject({ outcomes: [], left: 2, because: expect.stringContaining('60 minutes') });
    expect(writes()).toHaveLength(3);
  });

  it('stops after a failure of another worker', async () => {
    const [one] = await approvedOn(['A', 'B']);
    laptop.simulator.order({ kind: 'status', status: 403, times: 1, match: patch });
    expect(await execute(one as Finding, { owner: 'elsewhere' })).toMatchObject({ status: 'failed' });
    expect(await runRemediations(await context(), { maxPerRun: 20 })).toMatchObject({ outcomes: [], left: 1 });
    expect(writes()).toHaveLength(1);
  });

  it('does not stop after a stale plan', async () => {
    const [one, other] = await approvedOn(['A', 'B']);
    laptop.simulator.directory.addKey('applications', one?.objectId ?? '', aKey('rotated'));
    expect(await execute(one as Finding)).toMatchObject({ status: 'stale' });
    expect(await execute(other as Finding)).toMatchObject({ status: 'applied' });
  });
});

it('60 approvals and 40 workers execute as many as the limit', async () => {
  const findings = await approvedOn(Array.from({ length: 60 }, (_, at) => `App ${at}`));
  const messages = findings.map(message);
  const shared = await context();
  const patience = { ...defaultPatience, firstMilliseconds: 5 };
  const worker = async (owner: number) => {
    for (let next = messages.shift(); next; next = messages.shift())
      await executeWithinLimits({ ...shared, patience, owner: `worker ${owner}` }, { maxPerRun: 20 }, next).catch(
        () => {},
      );
  };
  await Promise.all(Array.from({ length: 40 }, (_, owner) => worker(owner)));
  expect(writes()).toHaveLength(20);
}, 120_000);

it('an approval that was used is not executed again, although its row says so', async () => {
  const finding = await first();
  const stored = await laptop.runtime.findings.finding(finding.tenantId, finding.id);
  expect(await execute(finding)).toMatchObject({ status: 'applied' });
  laptop.simulator.directory.addKey('applications', finding.objectId, aSymmetricSigningKey('Payroll'));
  const resolved = await laptop.runtime.findings.finding(finding.tenantId, finding.id);
  await laptop.runtime.findings.commit([{ finding: stored?.value as Finding, etag: resolved?.etag, events: [] }]);
  expect(await execute(finding)).toMatchObject({ status: 'stale', note: expect.stringContaining('already used') });
  expect(writes()).toHaveLength(1);
});

it('the audit trail alone says who removed which key, with which requests and under which approval', async () => {
  const finding = await first();
  await execute(finding);
  const trail = await events(finding);
  const detailOf = (type: string) => trail.find((event) => event.type === type)?.detail;
  const before = [keyIdOf('Payroll'), aKey('Payroll client').keyId];
  const { requests } = finding.remediation?.plan ?? {};
  const approval = detailOf('started')?.approval;
  expect(detailOf('started')).toMatchObject({ requests, keyIdsBefore: before, keyIdsAfter: [before[1]] });
  const { requestIds } = (await now(finding)).remediation?.attempt ?? {};
  expect(requestIds).toHaveLength(1);
  for (const type of ['sent', 'applied'])
    expect(detailOf(type)).toMatchObject({ requestIds, keyIdsBefore: before, approval });
  expect(detailOf('sent')).toMatchObject({ requests, keyIdsAfter: [before[1]] });
  expect(JSON.stringify(trail)).not.toMatch(/"key":/);
  for await (const { fault } of laptop.runtime.findings.verifyAudit(finding.tenantId)) expect(fault).toBeUndefined();
});

it('the read of the object is the last request before the PATCH, and the PATCH is the only request after it', async () => {
  const finding = await first();
  const from = laptop.simulator.requests.length;
  await execute(finding);
  const requests = laptop.simulator.requests.slice(from);
  const at = requests.findIndex(({ method }) => method === 'PATCH');
  const batch = requests.slice(0, at).findLastIndex(({ inBatch, path }) => !inBatch && path !== '/$batch');
  const last = requests.slice(batch + 1, at).map(({ path, inBatch }) => (inBatch ? path.replace(/\(.*/, '') : path));
  // The first read has a batch of its own, with the facts; the second one has the two objects.
  expect(last.slice(-3).sort()).toEqual(['/$batch', '/applications', '/servicePrincipals']);
  expect(
    requests.slice(0, at).filter(({ path }) => path.includes('/msi/token') || path.includes('/policies/')).length,
  ).toBe(requests.filter(({ path }) => path.includes('/msi/token') || path.includes('/policies/')).length);
});

describe('after an uncertain answer', () => {
  it('the request is sent again if the object is unchanged', async () => {
    const finding = await first();
    const waits: number[] = [];
    laptop.simulator.order({ kind: 'status', status: 503, times: 1, match: patch });
    const changes = { clock: recordingClock(waits), patience: defaultPatience };
    expect(await execute(finding, changes)).toMatchObject({ status: 'applied' });
    expect(writes().map(({ status, changed = false }) => [status, changed])).toEqual([
      [503, false],
      [204, true],
    ]);
    // Two reads before the second request, and two after it.
    expect(waits).toEqual([1000, 2000, 1000, 2000]);
    expect(await types(finding)).toEqual([
      'appeared',
      'proposed',
      'approved',
      'started',
      'sent',
      'sent',
      'applied',
      'resolved',
    ]);
  });

  it('the request is sent three times at most', async () => {
    const finding = await first();
    laptop.simulator.order({ kind: 'status', status: 503, times: 9, match: patch });
    expect(await execute(finding)).toMatchObject({ status: 'failed' });
    expect(writes()).toHaveLength(3);
  });

  it('the request is not sent again if another key was added in the meantime', async () => {
    const finding = await first();
    const clock = {
      ...laptop.runtime.clock,
      wait: async (milliseconds: number) => {
        if (keyIds('Payroll').length === 2)
          laptop.simulator.directory.addKey('applications', idOf('Payroll'), aKey('rotated'));
        await laptop.runtime.clock.wait(milliseconds);
      },
    };
    laptop.simulator.order({ kind: 'status', status: 503, times: 1, match: patch });
    expect(await execute(finding, { clock })).toMatchObject({ status: 'failed' });
    expect(writes()).toHaveLength(1);
    expect(keyIds('Payroll')).toHaveLength(3);
  });

  it('a POST that creates is not sent again', async () => {
    const orphan = anApp('Warehouse API', { servicePrincipal: null });
    laptop = await aLaptop({ tenant: simulatedTenantOf([orphan]) });
    await laptop.scan();
    const [stored] = await laptop.stored();
    const finding = await approveAgain(stored as Finding);
    laptop.simulator.order({
      kind: 'status',
      status: 503,
      times: 1,
      match: { method: 'POST', path: '/servicePrincipals' },
    });
    expect(await execute(finding)).toMatchObject({ status: 'failed' });
    expect(writes()).toHaveLength(1);
    const again = await approveAgain(await now(finding));
    laptop.simulator.order({
      kind: 'after-write-drop',
      times: 1,
      match: { method: 'POST', path: '/servicePrincipals' },
    });
    expect(await execute(again)).toMatchObject({ status: 'applied' });
    expect(writes().filter(({ changed }) => changed)).toHaveLength(1);
  });
});

describe('a 404 for the PATCH', () => {
  it('of an object that exists is repeated: the replica did not have it', async () => {
    const finding = await first();
    laptop.simulator.order({ kind: 'status', status: 404, times: 1, match: patch });
    expect(await execute(finding)).toMatchObject({ status: 'applied' });
    expect(writes().map(({ status }) => status)).toEqual([404, 204]);
  });

  it('of an object that was deleted is no failure', async () => {
    const finding = await first();
    const store = measuredFindings(laptop.runtime.findings, silentTelemetry);
    const { remediator } = await context();
    const deleting = {
      ...remediator,
      send: async (...args: Parameters<NonNullable<typeof remediator>['send']>) => {
        if (writes().length === 0) laptop.simulator.directory.delete('applications', finding.objectId);
        return remediator?.send(...args);
      },
    };
    expect(await execute(finding, { remediator: deleting as never, findings: store })).toMatchObject({
      status: 'unneeded',
    });
    expect(writes()).toHaveLength(1);
  });
});

describe('the reads of the verification', () => {
  it('come after 1 and 3 seconds if no replica lags', async () => {
    const waits: number[] = [];
    const finding = await first();
    await execute(finding, { clock: recordingClock(waits), patience: defaultPatience });
    expect(waits).toEqual([1000, 2000]);
  });

  it('double their distance up to 30 seconds, and end after three minutes', async () => {
    const waits: number[] = [];
    const finding = await first({ replicationLag: 60_000 });
    const changes = { clock: recordingClock(waits), patience: defaultPatience };
    expect(await execute(finding, changes)).toMatchObject({ status: 'failed' });
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 30, 29].map((seconds) => seconds * 1000));
  });

  it('of several objects run at the same time', async () => {
    await approvedOn(['A', 'B', 'C', 'D', 'E']);
    let waiting = 0;
    let most = 0;
    const clock = {
      ...laptop.runtime.clock,
      wait: async () => {
        waiting += 1;
        most = Math.max(most, waiting);
        await laptop.runtime.clock.wait(300);
        waiting -= 1;
      },
    };
    const { outcomes } = await runRemediations(await context({ clock }), { maxPerRun: 20 });
    expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill('applied'));
    expect(most).toBeGreaterThan(1);
  });

  it('of two keys of one object run one after the other', async () => {
    const keys = [aSymmetricSigningKey('left'), aSymmetricSigningKey('right'), aKey('stays')];
    const twins = anApp('Twins', { application: { keyCredentials: keys } });
    laptop = await aLaptop({ tenant: simulatedTenantOf([twins]), replicationLag: 100 });
    await laptop.scan();
    for (const finding of await laptop.stored()) await approveAgain(finding);
    const { outcomes } = await runRemediations(await context(), { maxPerRun: 20 });
    expect(outcomes.map(({ status }) => status)).toEqual(['applied', 'applied']);
  });
});
