import { sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { reject } from '../../src/jobs/remediation/approve.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { auditEvent } from '../../src/model/finding/audit.js';
import type { ApprovalStatement, SignedApproval } from '../../src/model/remediation/approval.js';
import { signedBytes } from '../../src/model/remediation/signed-statement.js';
import { aKey, anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { auditKey, partitionOf } from '../../src/storage/finding-rows.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import {
  approved,
  approvedEvent,
  asApproved,
  deliver,
  foreignKey,
  mergeRemediation,
  type Planned,
  planned,
  rewritten,
  signedByPerson,
  statementFor,
  writesTo,
  writeWithEvent,
} from './attacker.js';

let laptop: Laptop;
const keyed = (name: string) =>
  anApp(name, { application: { keyCredentials: [aSymmetricSigningKey(name), aKey(`client of ${name}`)] } });

beforeEach(async () => {
  laptop = await aLaptop({ tenant: simulatedTenantOf([keyed('Payroll Sync'), keyed('Loan Desk')]) });
  await laptop.scan();
});
afterEach(() => laptop.close());

const events = async (finding: Planned) => laptop.runtime.findings.history(finding);
const auditFaults = async ({ tenantId }: Planned) => {
  const faults = [];
  for await (const { fault } of laptop.runtime.findings.verifyAudit(tenantId)) if (fault) faults.push(fault.kind);
  return faults;
};

/** Stores an approval with all that belongs to it: status, decision, and an event that fits the chain. */
const plant = (finding: Planned, signed: SignedApproval) =>
  writeWithEvent(
    laptop,
    { ...finding, remediation: asApproved(finding.remediation, [signed]) },
    approvedEvent(finding, signed),
  );
const plantStatement = async (finding: Planned, change: Partial<ApprovalStatement>) =>
  plant(finding, await signedByPerson(laptop, statementFor(finding, change)));

const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day).toISOString();

describe('a forged approval', () => {
  it.each<[string, RegExp, (finding: Planned) => Promise<unknown>]>([
    [
      'of one table merge',
      /not signed/,
      (finding) => mergeRemediation(laptop, finding, asApproved(finding.remediation)),
    ],
    [
      'with an event in the audit trail',
      /not signed/,
      async (finding) => {
        const signed = await signedByPerson(laptop, statementFor(finding));
        const remediation = asApproved(finding.remediation);
        await writeWithEvent(laptop, { ...finding, remediation }, approvedEvent(finding, signed));
      },
    ],
    [
      'that is signed with a key of the attacker',
      /none of the 1 pinned public key/,
      async (finding) => {
        const key = foreignKey();
        const statement = statementFor(finding);
        const signature = sign('sha256', signedBytes(statement), { key, dsaEncoding: 'ieee-p1363' });
        const { keyId } = await signedByPerson(laptop, statement);
        await plant(finding, { statement, keyId, signature: signature.toString('base64url') });
      },
    ],
    [
      'that is copied from another finding',
      /for the finding/,
      async (finding) => {
        const [signed] = (await approved(laptop, 'Loan Desk')).remediation.approvals ?? [];
        await plant(finding, signed as SignedApproval);
      },
    ],
    [
      'of another tenant',
      /for the tenant/,
      (finding) => plantStatement(finding, { tenantId: '11111111-2222-4333-8444-555555555555' }),
    ],
    [
      'of another plan of the finding',
      /for the plan/,
      (finding) => plantStatement(finding, { remediationId: '0123456789abcdef' }),
    ],
    ['of a plan with another hash', /another hash/, (finding) => plantStatement(finding, { planHash: '0'.repeat(64) })],
    [
      'of other requests',
      /differ from the requests of the plan/,
      (finding) => plantStatement(finding, { requests: rewritten(finding.remediation).plan.requests }),
    ],
    [
      'that a person signed for 91 days',
      /more than 90 days/,
      (finding) => plantStatement(finding, { expiresAt: inDays(91) }),
    ],
    [
      'that begins in the future',
      /in the future/,
      (finding) => plantStatement(finding, { at: inDays(30), expiresAt: inDays(31) }),
    ],
    [
      'without an event in the audit trail',
      /no event of this approval/,
      async (finding) => {
        const signed = await signedByPerson(laptop, statementFor(finding));
        await mergeRemediation(laptop, finding, asApproved(finding.remediation, [signed]));
      },
    ],
    [
      'whose statement was changed after it was signed',
      /none of the 1 pinned public key/,
      async (finding) => {
        const { statement, ...rest } = await signedByPerson(laptop, statementFor(finding, { expiresAt: inDays(1) }));
        await plant(finding, { ...rest, statement: { ...statement, expiresAt: inDays(2) } });
      },
    ],
  ])('%s: nothing is sent, and the history says why', async (_name, reason, attack) => {
    const finding = await planned(laptop, 'Payroll Sync');
    await attack(finding);
    expect(await deliver(laptop, finding)).toMatchObject([{ status: 'refused', note: expect.stringMatching(reason) }]);
    expect(writesTo(laptop)).toEqual([]);
    const now = await planned(laptop, 'Payroll Sync');
    expect(now.remediation).toMatchObject({ status: 'stale', outcome: expect.stringMatching(reason) });
    expect(now.remediation).not.toHaveProperty('approvals');
    expect((await events(finding)).at(-1)).toMatchObject({
      type: 'refused',
      author: expect.stringMatching(/^remediator:/),
      detail: { reason: expect.stringMatching(reason) },
    });
  });

  it('is made stale by a scan too, if it is not signed', async () => {
    const finding = await planned(laptop, 'Payroll Sync');
    await mergeRemediation(laptop, finding, asApproved(finding.remediation));
    await laptop.scan();
    const { remediation } = await planned(laptop, 'Payroll Sync');
    expect(remediation).toMatchObject({ status: 'stale', outcome: expect.stringContaining('not signed') });
    expect(remediation).not.toHaveProperty('decision');
    expect((await events(finding)).at(-1)?.type).toBe('stale');
  });
});

describe('an approval of a person', () => {
  it('is executed: the same steps without an attack send one request', async () => {
    const finding = await planned(laptop, 'Payroll Sync');
    await plantStatement(finding, {});
    expect(await deliver(laptop, finding)).toMatchObject([{ status: 'applied' }]);
    expect(writesTo(laptop)).toHaveLength(1);
  });

  it('that has expired is not executed, also if the row says otherwise', async () => {
    const finding = await planned(laptop, 'Payroll Sync');
    await plantStatement(finding, { at: inDays(-8), expiresAt: inDays(-1) });
    expect(await deliver(laptop, finding)).toMatchObject([{ status: 'stale' }]);
    expect(writesTo(laptop)).toEqual([]);
    expect((await events(finding)).at(-1)?.type).toBe('approval-expired');
  });

  it.each<[string, (finding: Planned) => Planned['remediation']]>([
    ['whose requests were changed', ({ remediation }) => ({ ...remediation, plan: rewritten(remediation).plan })],
    ['whose requests were changed together with the hash', ({ remediation }) => rewritten(remediation)],
    [
      'whose warnings were removed',
      ({ remediation }) => ({ ...remediation, plan: { ...remediation.plan, warnings: [] } }),
    ],
  ])('%s is refused', async (_name, change) => {
    const finding = await approved(laptop, 'Payroll Sync');
    await mergeRemediation(laptop, finding, change(finding));
    expect(await deliver(laptop, finding)).toMatchObject([{ status: 'refused' }]);
    expect(writesTo(laptop)).toEqual([]);
    expect((await events(finding)).at(-1)?.type).toBe('refused');
  });

  it('that was withdrawn is refused, also if the row is restored', async () => {
    const finding = await approved(laptop, 'Payroll Sync');
    await reject(laptop.runtime, { tenantId: finding.tenantId, findingId: finding.id, author: 'ada' });
    await mergeRemediation(laptop, finding, finding.remediation);
    expect(await deliver(laptop, finding)).toMatchObject([
      { status: 'refused', note: expect.stringMatching(/withdrawn at .* by ada \(rejected\)/) },
    ]);
    expect(writesTo(laptop)).toEqual([]);
  });

  it('whose withdrawal is deleted from the audit trail is reported by verify-audit', async () => {
    const finding = await approved(laptop, 'Payroll Sync');
    await reject(laptop.runtime, { tenantId: finding.tenantId, findingId: finding.id, author: 'ada' });
    const rejected = (await events(finding)).at(-1);
    if (rejected) await laptop.storage.raw.findings.deleteEntity(partitionOf(finding), auditKey(rejected));
    expect(await auditFaults(finding)).toEqual(['removed']);
  });

  it('whose event was deleted is refused', async () => {
    const finding = await approved(laptop, 'Payroll Sync');
    const event = (await events(finding)).find(({ type }) => type === 'approved');
    if (event) await laptop.storage.raw.findings.deleteEntity(partitionOf(finding), auditKey(event));
    expect(await deliver(laptop, finding)).toMatchObject([
      { status: 'refused', note: expect.stringContaining('no event of this approval') },
    ]);
    expect(writesTo(laptop)).toEqual([]);
    expect(await auditFaults(finding)).not.toEqual([]);
  });

  it('is not executed if the finding was suppressed after it', async () => {
    const finding = await approved(laptop, 'Payroll Sync');
    const suppression = { reason: 'Retired in May.', author: 'grace', suppressedAt: inDays(0), until: inDays(9) };
    await writeWithEvent(
      laptop,
      { ...finding, status: 'suppressed', suppression },
      auditEvent(finding, { at: inDays(0), type: 'repaired', author: 'x', summary: 'x', detail: {} }),
    );
    expect(await deliver(laptop, finding)).toMatchObject([
      { status: 'refused', note: expect.stringContaining('suppressed by grace') },
    ]);
    expect(writesTo(laptop)).toEqual([]);
    expect((await events(finding)).at(-1)?.summary).toContain('Retired in May.');
  });

  it('does not allow the change of another key that was added since', async () => {
    const finding = await approved(laptop, 'Payroll Sync');
    laptop.simulator.directory.addKey('applications', finding.objectId, aSymmetricSigningKey('added since'));
    expect(await deliver(laptop, finding)).toMatchObject([{ status: 'stale' }]);
    expect(writesTo(laptop)).toEqual([]);
  });
});

describe('the rewritten requests of a plan', () => {
  it('are not shown and cannot be approved, and the next scan replaces the plan', async () => {
    const finding = await planned(laptop, 'Payroll Sync');
    const altered = { ...finding.remediation, plan: rewritten(finding.remediation).plan };
    await mergeRemediation(laptop, finding, altered);
    await expect(approved(laptop, 'Payroll Sync')).rejects.toMatchObject({
      code: 'decision-refused',
      message: expect.stringContaining('does not match its hash'),
    });
    await laptop.scan();
    const { remediation } = await planned(laptop, 'Payroll Sync');
    expect(remediation.plan).toEqual(finding.remediation.plan);
    expect(remediation.status).toBe('proposed');
  });

  it('are not executed, also if a person approves them with a right hash', async () => {
    const finding = await planned(laptop, 'Payroll Sync');
    await mergeRemediation(laptop, finding, rewritten(finding.remediation));
    const agreed = await approved(laptop, 'Payroll Sync');
    expect(await deliver(laptop, agreed)).toMatchObject([{ status: 'stale' }]);
    expect(writesTo(laptop)).toEqual([]);
  });
});
