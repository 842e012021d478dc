import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { examineInstallation } from '../../src/jobs/doctor/doctor.js';
import { approve } from '../../src/jobs/remediation/approve.js';
import { executeRemediation } from '../../src/jobs/remediation/execute.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import { currentPause, pauseRemediation, resumeRemediation } from '../../src/jobs/remediation/pause.js';
import { executeWithinLimits, runRemediations } from '../../src/jobs/remediation/queue.js';
import type { RemediationContext } from '../../src/jobs/remediation/remediation-context.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { installationName, type StoredPause } from '../../src/model/remediation/pause.js';
import { aKey, anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { aSigner } from '../support/signing.js';

const tablePrefix = () => `t${Math.random().toString(36).slice(2, 12)}`;
const { signer, verifier } = aSigner();
const stranger = aSigner();
const author = { id: '0b0e0000-0000-4000-8000-00000000000a', name: 'ada@example.com', roles: ['Consentinel.Approver'] };
const reason = 'An app stopped working.';

let laptop: Laptop;
let prefix: string;
let finding: Finding;
beforeEach(async () => {
  prefix = tablePrefix();
  const app = anApp('Payroll', { application: { keyCredentials: [aSymmetricSigningKey('payroll'), aKey('client')] } });
  laptop = await aLaptop({ tenant: simulatedTenantOf([app]) }, {}, { tablePrefix: prefix });
  await laptop.scan();
  const [open] = await laptop.stored();
  const { tenantId, id: findingId } = open as Finding;
  finding = await approve(
    { ...laptop.runtime.decisions(), signer, verifier },
    { tenantId, findingId, author: 'ada', acknowledgeWarnings: true },
  );
});
afterEach(() => laptop.close());

const decisions = () => ({ ...laptop.runtime.pause(), signer, verifier });
const context = async (): Promise<RemediationContext> => ({ ...(await laptop.runtime.remediation()), verifier });
const execute = async () => executeRemediation(await context(), messageFor(finding, finding.remediation as never));
const patches = () => laptop.simulator.requests.filter(({ method }) => method === 'PATCH');
/** The data table, as a writer with the rights of the scanner has it. */
const table = () => laptop.storage.raw.findings;
const partition = `${installationName}_remediation`;
const deleteRow = () => table().deleteEntity(partition, 'pause');
const forge = ({ statement, ...signature }: StoredPause) =>
  table().upsertEntity(
    { partitionKey: partition, rowKey: 'pause', statement: JSON.stringify(statement), ...signature },
    'Replace',
  );
const statement = (kind: 'pause' | 'resume', at = new Date().toISOString()) => ({
  kind,
  id: `forged ${kind}`,
  author,
  at,
  reason,
});

describe('a pause', () => {
  it('stops every write until it ends, and the approval stays', async () => {
    await pauseRemediation(decisions(), { author, reason });
    expect(await execute()).toMatchObject({
      status: 'postponed',
      note: expect.stringContaining('ada@example.com paused remediation'),
    });
    const run = await runRemediations(await context(), { maxPerRun: 20 });
    expect(run).toMatchObject({ outcomes: [], left: 1, because: expect.stringContaining(reason) });
    expect(patches()).toEqual([]);
    await resumeRemediation(decisions(), { author, reason: 'Fixed.' });
    expect(await execute()).toMatchObject({ status: 'applied' });
  });

  it('puts messages of the queue back', async () => {
    await pauseRemediation(decisions(), { author, reason });
    const before = (await laptop.runtime.outbox.lengths()).find(({ queue }) => queue === 'remediations')?.waiting ?? 0;
    const execution = { ...(await context()), outbox: laptop.runtime.outbox };
    const message = messageFor(finding, finding.remediation as never);
    expect(await executeWithinLimits(execution, { maxPerRun: 20 }, message)).toMatchObject({ status: 'postponed' });
    expect((await laptop.runtime.outbox.lengths()).find(({ queue }) => queue === 'remediations')?.waiting).toBe(
      before + 1,
    );
  });

  it('that begins after the claim stops the request, and releases the claim', async () => {
    const shared = await context();
    let checks = 0;
    const pauses = {
      ...shared.pauses,
      record: shared.pauses.record.bind(shared.pauses),
      latest: async () => {
        checks += 1;
        if (checks === 2) await pauseRemediation(decisions(), { author, reason });
        return shared.pauses.latest();
      },
    };
    const message = messageFor(finding, finding.remediation as never);
    expect(await executeRemediation({ ...shared, pauses }, message)).toMatchObject({ status: 'postponed' });
    expect(patches()).toEqual([]);
    const [now] = await laptop.stored();
    expect(now?.remediation).toMatchObject({ status: 'approved' });
    expect(now?.remediation).not.toHaveProperty('attempt');
  });

  it('does not end with the deletion of its row, once the remediator has seen it', async () => {
    await pauseRemediation(decisions(), { author, reason });
    await execute();
    await deleteRow();
    expect(await execute()).toMatchObject({ status: 'postponed' });
    expect(patches()).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['an unsigned resume', () => forge({ statement: statement('resume') })],
    ['a resume of another key', async () => forge(await stranger.signer.sign(statement('resume')))],
    [
      'a signed resume from before it',
      async () => forge(await signer.sign(statement('resume', '2026-01-01T00:00:00.000Z'))),
    ],
    [
      'a signed resume with another time',
      async () =>
        forge({ ...(await signer.sign(statement('resume'))), statement: statement('resume', '2030-01-01T00:00:00Z') }),
    ],
  ])('does not end with %s', async (_name, attack) => {
    await pauseRemediation(decisions(), { author, reason });
    await execute();
    await attack();
    expect(await execute()).toMatchObject({ status: 'postponed' });
    expect(patches()).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['unsigned', () => forge({ statement: statement('pause') })],
    ['of another key', async () => forge(await stranger.signer.sign(statement('pause')))],
    ['damaged', () => table().upsertEntity({ partitionKey: partition, rowKey: 'pause', statement: '{' }, 'Replace')],
  ])('stops writes also if it is %s', async (_name, attack) => {
    await attack();
    expect(await execute()).toMatchObject({ status: 'postponed' });
    expect(patches()).toEqual([]);
    await resumeRemediation(decisions(), { author, reason: 'It was forged.' });
    expect(await execute()).toMatchObject({ status: 'applied' });
  });

  it('works without a key, and ends only with one', async () => {
    const withoutKey = laptop.runtime.pause();
    const { signer: _none, ...rest } = { ...withoutKey, signer: undefined };
    await pauseRemediation(rest, { author, reason });
    expect(await execute()).toMatchObject({ status: 'postponed' });
    await expect(resumeRemediation(rest, { author, reason })).rejects.toMatchObject({ code: 'signing-unavailable' });
  });

  it('needs a reason, and is not given twice', async () => {
    const short = { author, reason: ' x ' };
    await expect(pauseRemediation(decisions(), short)).rejects.toMatchObject({ code: 'decision-refused' });
    await expect(resumeRemediation(decisions(), { author, reason })).rejects.toMatchObject({
      code: 'decision-refused',
    });
    await pauseRemediation(decisions(), { author, reason });
    await expect(pauseRemediation(decisions(), { author, reason })).rejects.toMatchObject({
      code: 'decision-refused',
      message: expect.stringContaining('ada@example.com'),
    });
  });
});

describe('the audit trail of the installation', () => {
  const faults = async () => {
    const found = [];
    for await (const { ruleId, events, fault } of laptop.runtime.findings.verifyAudit(installationName))
      found.push([ruleId, events, fault?.kind]);
    return found;
  };

  it('has each pause and each resume with author and reason, and detects a removed one', async () => {
    await pauseRemediation(decisions(), { author, reason });
    await resumeRemediation(decisions(), { author, reason: 'Fixed.' });
    const events = await laptop.runtime.findings.history({
      tenantId: installationName,
      ruleId: 'remediation',
      id: 'pause',
    });
    expect(events.map(({ type, author: who, summary }) => [type, who, summary])).toEqual([
      ['paused', `ada@example.com (${author.id})`, `Paused: ${reason}`],
      ['resumed', `ada@example.com (${author.id})`, 'Resumed: Fixed.'],
    ]);
    expect(await faults()).toEqual([['remediation', 2, undefined]]);
    await table().deleteEntity(partition, 'audit_pause_0000000001');
    expect(await faults()).toEqual([['remediation', 1, 'removed']]);
  });

  it('has the events of two people at the same time', async () => {
    const { pauses } = laptop.runtime.pause();
    const both = ['one', 'two'].map((id) => pauses.record({ statement: { ...statement('pause'), id } }));
    await Promise.all(both);
    expect(await faults()).toEqual([['remediation', 2, undefined]]);
  });
});

describe('a paused installation says so', () => {
  it('to doctor', async () => {
    const checks = async () =>
      (await examineInstallation(await laptop.runtime.doctor())).filter(({ check }) => check === 'pause');
    expect(await checks()).toEqual([]);
    await pauseRemediation(decisions(), { author, reason });
    expect(await checks()).toMatchObject([
      { outcome: 'warning', detail: expect.stringContaining(reason), fix: expect.stringContaining('resume') },
    ]);
  });

  it('and a resumed one does not', async () => {
    await pauseRemediation(decisions(), { author, reason });
    expect(await currentPause(decisions())).toMatchObject({ reason });
    await resumeRemediation(decisions(), { author, reason: 'Fixed.' });
    expect(await currentPause(decisions())).toBeUndefined();
  });
});
