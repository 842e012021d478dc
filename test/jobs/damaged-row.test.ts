import type { TableClient } from '@azure/data-tables';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { FindingCache } from '../../src/web/reads/finding-cache.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { azuriteConnectionString, testStorage } from '../support/storage.js';

const withKey = (name: string) => anApp(name, { application: { keyCredentials: [aSymmetricSigningKey(name)] } });
const [payroll, loans, archive] = [withKey('Payroll Sync'), withKey('Loan Desk'), withKey('Archive')];
const late = anApp('Late');
const tenant = simulatedTenantOf([payroll, loans, archive, late]);

let laptop: Laptop;
let table: TableClient;
let findings: Finding[];
beforeEach(async () => {
  const tablePrefix = `damaged${Math.random().toString(36).slice(2, 10)}`;
  laptop = await aLaptop({ tenant }, { MAX_RESOLVED_PERCENT: '100' }, { tablePrefix });
  const connectionString = azuriteConnectionString();
  table = testStorage(connectionString, tablePrefix).raw.findings;
  await laptop.scan();
  findings = await laptop.stored();
});
afterEach(() => laptop.close());

const findingOn = (name: string) => {
  const finding = findings.find(({ displayName }) => displayName === name);
  if (!finding) throw new Error(`no finding on ${name}`);
  return finding;
};
const keysOf = ({ tenantId, ruleId, id }: Finding) => ({
  partitionKey: `${tenantId}_${ruleId}`,
  rowKey: `finding_${id}`,
});

/** Lists what can be read, and the damaged rows. */
async function list() {
  const damaged: { id: string; ruleId: string; property: string }[] = [];
  const read: Finding[] = [];
  const onDamaged = (finding: (typeof damaged)[number]) => damaged.push(finding);
  for await (const { value } of laptop.runtime.findings.findings(tenant.id, { onDamaged })) read.push(value);
  return { damaged, read };
}

describe('a damaged row of a finding', () => {
  it.each([
    ['severity', 'awful'],
    ['evidence', '{"keyId":'],
    ['life', 0],
    ['id', '0123456789abcdef'],
    ['ruleId', 'no-other'],
  ])('in %s affects that finding only', async (property, value) => {
    const damaged = findingOn('Payroll Sync');
    await table.updateEntity({ ...keysOf(damaged), [property]: value }, 'Merge');
    const { etag } = await table.getEntity(keysOf(damaged).partitionKey, keysOf(damaged).rowKey);
    const { directory } = laptop.simulator;
    directory.removeKey('applications', loans.application?.id ?? '', aSymmetricSigningKey('Loan Desk').keyId ?? '');
    directory.addKey('applications', late.application?.id ?? '', aSymmetricSigningKey('Late'));

    const scan = await laptop.scan();
    expect(scan).toMatchObject({ status: 'incomplete', writes: 2, findings: { new: 1, open: 1, resolved: 1 } });
    expect(scan.errors).toEqual([
      {
        code: 'storage-malformed',
        message: expect.stringContaining(`${damaged.id} of ${damaged.ruleId} (${property})`),
      },
    ]);
    const after = await table.getEntity(keysOf(damaged).partitionKey, keysOf(damaged).rowKey);
    expect(after.etag).toBe(etag);
    const { damaged: reported, read } = await list();
    expect(reported).toEqual([expect.objectContaining({ id: damaged.id, ruleId: damaged.ruleId, property })]);
    expect(read.map(({ displayName }) => displayName).sort()).toEqual(['Archive', 'Late', 'Loan Desk']);
  });

  it('that is deleted is written anew by the next scan, which is complete', async () => {
    const damaged = findingOn('Payroll Sync');
    await table.updateEntity({ ...keysOf(damaged), severity: 'awful' }, 'Merge');
    expect(await laptop.scan()).toMatchObject({ status: 'incomplete', writes: 0 });
    await table.deleteEntity(keysOf(damaged).partitionKey, keysOf(damaged).rowKey);
    expect(await laptop.scan()).toMatchObject({ status: 'complete', writes: 1, findings: { new: 1 } });
  });

  it('is counted by the page, which shows the others', async () => {
    await table.updateEntity({ ...keysOf(findingOn('Archive')), severity: 'awful' }, 'Merge');
    const cache = new FindingCache(laptop.runtime.findings, laptop.runtime.clock);
    const { summaries, damaged } = await cache.read(tenant.id);
    expect([summaries.length, damaged]).toEqual([2, 1]);
  });
});
