import { afterEach, describe, expect, it } from '@jest/globals';
import { suppress } from '../../src/jobs/finding/suppress-finding.js';
import { reject } from '../../src/jobs/remediation/approve.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { SignedApproval } from '../../src/model/remediation/approval.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import {
  approved,
  approvedEvent,
  asApproved,
  deliver,
  planned,
  signedByPerson,
  statementFor,
  writesTo,
  writeWithEvent,
} from './attacker.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const owner = (person: string) => ({ '@odata.type': '#microsoft.graph.user', id: `id-of-${person}` });

/** A laptop that needs two approvals. Ada owns the application, and Olga the service principal. */
async function scanned(settings: Record<string, string> = {}): Promise<void> {
  const payroll = anApp('Payroll Sync', {
    application: { keyCredentials: [aSymmetricSigningKey('payroll')], owners: [owner('ada')] } as never,
    servicePrincipal: { owners: [owner('olga')] } as never,
  });
  laptop = await aLaptop({ tenant: simulatedTenantOf([payroll]) }, { APPROVALS_REQUIRED: '2', ...settings });
  await laptop.scan();
}
const types = async () => {
  const history = await laptop.runtime.findings.history(await planned(laptop, 'Payroll Sync'));
  return history.map(({ type }) => type);
};

describe('with APPROVALS_REQUIRED=2', () => {
  it('the first approval waits, visible in the history, and nothing is executed', async () => {
    await scanned();
    const first = await approved(laptop, 'Payroll Sync', 'grace');
    expect(first.remediation).toMatchObject({
      status: 'proposed',
      approvals: [{ statement: { author: { name: 'grace' } } }],
    });
    expect(first.remediation).not.toHaveProperty('decision');
    const history = await laptop.runtime.findings.history(first);
    expect(history.at(-1)).toMatchObject({ type: 'approved', summary: expect.stringContaining('Approval 1 of 2') });
    expect(await deliver(laptop, first)).toMatchObject([{ status: 'refused' }]);
    expect(writesTo(laptop)).toEqual([]);
    expect((await planned(laptop, 'Payroll Sync')).remediation.approvals).toHaveLength(1);
  });

  it('the second approval of another person executes the plan', async () => {
    await scanned();
    await approved(laptop, 'Payroll Sync', 'ada');
    const second = await approved(laptop, 'Payroll Sync', 'grace');
    expect(second.remediation).toMatchObject({ status: 'approved', decision: { author: 'grace' } });
    expect(second.remediation.approvals).toHaveLength(2);
    expect(await deliver(laptop, second)).toMatchObject([{ status: 'applied' }]);
    expect(writesTo(laptop)).toHaveLength(1);
    expect(await types()).toEqual([
      'appeared',
      'proposed',
      'approved',
      'approved',
      'started',
      'sent',
      'applied',
      'resolved',
    ]);
  });

  it('one person cannot approve twice', async () => {
    await scanned();
    await approved(laptop, 'Payroll Sync', 'grace');
    await expect(approved(laptop, 'Payroll Sync', 'GRACE')).rejects.toMatchObject({
      code: 'decision-refused',
      message: expect.stringContaining('another person'),
    });
  });

  it('two owners of the app cannot approve together, and a third person can', async () => {
    await scanned();
    await approved(laptop, 'Payroll Sync', 'ada');
    await expect(approved(laptop, 'Payroll Sync', 'olga')).rejects.toMatchObject({
      code: 'decision-refused',
      message: expect.stringContaining('must not own it'),
    });
    expect((await approved(laptop, 'Payroll Sync', 'grace')).remediation.status).toBe('approved');
  });

  it('the executor refuses two signed approvals of owners', async () => {
    await scanned();
    const finding = await planned(laptop, 'Payroll Sync');
    const authors = ['ada', 'olga'].map((name) => ({ id: `id-of-${name}`, name, roles: [] }));
    const signed: SignedApproval[] = [];
    for (const author of authors) {
      signed.push(await signedByPerson(laptop, statementFor(finding, { author })));
      const remediation = asApproved(finding.remediation, signed);
      await writeWithEvent(
        laptop,
        { ...finding, remediation },
        approvedEvent(finding, signed.at(-1) as SignedApproval),
      );
    }
    expect(await deliver(laptop, finding)).toMatchObject([
      { status: 'refused', note: expect.stringContaining('must not own it') },
    ]);
    expect(writesTo(laptop)).toEqual([]);
  });

  it.each<[string, (signed: SignedApproval) => readonly SignedApproval[]]>([
    ['one approval', (signed) => [signed]],
    ['the same approval twice', (signed) => [signed, signed]],
  ])('the executor refuses a row with %s', async (_name, approvals) => {
    await scanned();
    const first = await approved(laptop, 'Payroll Sync', 'grace');
    const [signed] = first.remediation.approvals as [SignedApproval];
    const remediation = asApproved(first.remediation, approvals(signed));
    await writeWithEvent(laptop, { ...first, remediation }, approvedEvent(first, signed));
    expect(await deliver(laptop, first)).toMatchObject([
      { status: 'refused', note: expect.stringContaining('2 different people. It has approvals of 1') },
    ]);
    expect(writesTo(laptop)).toEqual([]);
    expect((await planned(laptop, 'Payroll Sync')).remediation.status).toBe('stale');
  });

  it('an approval with the setting 1 is refused after the setting became 2', async () => {
    await scanned({ APPROVALS_REQUIRED: '1' });
    const finding = await approved(laptop, 'Payroll Sync', 'grace');
    expect(finding.remediation.status).toBe('approved');
    const execution = await laptop.runtime.remediation();
    const { executeRemediation } = await import('../../src/jobs/remediation/execute.js');
    const { messageFor } = await import('../../src/jobs/remediation/message.js');
    const approvalPolicy = { ...execution.approvalPolicy, required: 2 as const };
    const message = messageFor(finding, finding.remediation);
    expect(await executeRemediation({ ...execution, approvalPolicy }, message)).toMatchObject({ status: 'refused' });
    expect(writesTo(laptop)).toEqual([]);
  });

  it.each<[string, (subject: { tenantId: string; findingId: string; author: string }) => Promise<unknown>]>([
    ['a rejection', (subject) => reject(laptop.runtime, subject)],
    [
      'a suppression',
      (subject) =>
        suppress(laptop.runtime, {
          ...subject,
          reason: 'Retired in May.',
          until: new Date(Date.now() + 86_400_000).toISOString(),
        }),
    ],
  ])('%s withdraws the first approval', async (_name, decide) => {
    await scanned();
    const { tenantId, id: findingId } = await approved(laptop, 'Payroll Sync', 'grace');
    await decide({ tenantId, findingId, author: 'olga' });
    expect((await planned(laptop, 'Payroll Sync')).remediation).not.toHaveProperty('approvals');
  });

  it('an expired first approval does not count', async () => {
    await scanned();
    const finding = await planned(laptop, 'Payroll Sync');
    const [at, expiresAt] = [-8, -1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
    const signed = await signedByPerson(laptop, statementFor(finding, { at: at ?? '', expiresAt: expiresAt ?? '' }));
    const remediation = { ...finding.remediation, approvals: [signed] };
    await writeWithEvent(laptop, { ...finding, remediation }, approvedEvent(finding, signed));
    const next = await approved(laptop, 'Payroll Sync', 'grace');
    expect(next.remediation).toMatchObject({
      status: 'proposed',
      approvals: [{ statement: { author: { name: 'grace' } } }],
    });
    expect(next.remediation.approvals).toHaveLength(1);
  });

  it('a forged first approval does not count', async () => {
    await scanned();
    const finding = await planned(laptop, 'Payroll Sync');
    const signed = await signedByPerson(laptop, statementFor(finding));
    const forged = {
      ...signed,
      statement: { ...signed.statement, author: { id: 'nobody', name: 'nobody', roles: [] } },
    };
    const remediation = { ...finding.remediation, approvals: [forged] };
    await writeWithEvent(laptop, { ...finding, remediation }, approvedEvent(finding, forged));
    expect((await approved(laptop, 'Payroll Sync', 'grace')).remediation.status).toBe('proposed');
  });
});
