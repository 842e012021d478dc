import { expect, it } from '@jest/globals';
import { propose } from '../../src/model/remediation/remediation.js';
import { TableFindingStore } from '../../src/storage/finding-store.js';
import { freshStorage } from '../support/storage.js';
import { aFinding, appearance, appearances, tenantId } from './examples.js';

const ruleIds = ['no-symmetric-signing-key'];

it('summaries hold every finding of a tenant, of former rules too, and where its plan stands', async () => {
  const store = new TableFindingStore((await freshStorage()).findings, { ruleIds });
  expect(await store.summaries(tenantId)).toEqual([]);
  const plan = { requests: [], irreversible: false, warnings: [], guard: { secret: 'stays in the table' } };
  const planned = aFinding('no-symmetric-signing-key', 'planned', { displayName: 'Odd \u0000 name \\ \ud83d\ude00' });
  const remediation = propose(planned.id, plan, planned.changedAt);
  const changes = [appearance({ ...planned, remediation }), ...appearances('no-former-rule', 120)];
  await store.commit([...changes, appearance({ ...aFinding('no-former-rule', 'other'), tenantId: `${tenantId}x` })]);
  const summaries = await store.summaries(tenantId);
  expect(summaries).toHaveLength(121);
  const { id, ruleId, severity, status, on, objectId, appId, displayName, appearedAt } = planned;
  expect(summaries.find((one) => one.id === planned.id)).toEqual({
    ...{ id, ruleId, severity, status, on, objectId, appId, displayName, appearedAt },
    remediationStatus: 'proposed',
  });
  expect(summaries.filter(({ remediationStatus }) => remediationStatus)).toHaveLength(1);
  const stored = await store.finding(tenantId, planned.id);
  expect(stored?.value).toEqual({ ...planned, remediation });
});
