import { afterEach, describe, expect, it } from '@jest/globals';
import { recheck } from '../../src/jobs/remediation/recheck.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { GivenParts } from '../../src/local/simulated-parts.js';
import type { Finding } from '../../src/model/finding/finding.js';
import type { Rule } from '../../src/model/rule/rule.js';
import { appCases, tenantCases } from '../../src/rules/all-cases.js';
import { rules } from '../../src/rules/index.js';
import { appsOfCase } from '../../src/rules/testing/case-tenant.js';
import { cleanTenantParts } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const recheckNow = async (finding: Finding, withRules: readonly Rule[] = rules) =>
  recheck({ ...(await laptop.runtime.remediation()), rules: withRules }, finding);
const foundBy = async (id: string): Promise<Finding> => {
  await laptop.scan();
  const finding = (await laptop.stored()).find(({ ruleId }) => ruleId === id);
  if (!finding) throw new Error(`${id} found nothing.`);
  return finding;
};

describe('a recheck', () => {
  it('throws if the rule leaves the violation undetermined', async () => {
    const id = 'no-symmetric-key-addition';
    const parts = { ...cleanTenantParts, ...tenantCases[id]?.find(({ demo }) => demo)?.tenant };
    laptop = await aLaptop({ tenant: simulatedTenantOf([], parts as GivenParts) });
    const finding = await foundBy(id);
    expect(await recheckNow(finding)).toMatchObject({ violated: true });
    const undetermined = { passwordCredentials: [{ restrictionType: null, state: 'enabled' }], keyCredentials: [] };
    laptop.simulator.directory.policies.update('defaultAppManagementPolicy', {
      isEnabled: true,
      applicationRestrictions: undetermined,
      servicePrincipalRestrictions: undetermined,
    });
    await expect(recheckNow(finding)).rejects.toMatchObject({
      code: 'graph-unavailable',
      message: 'Graph does not return the type of a restriction of an app management policy.',
    });
  });

  it('reads the APIs that the app requests, because no walk has read them', async () => {
    const id = 'require-published-permission';
    const [example] = appCases[id] ?? [];
    if (!example) throw new Error('There is no case.');
    laptop = await aLaptop({ tenant: simulatedTenantOf(appsOfCase(example)) });
    const finding = await foundBy(id);
    const remedy = {
      permission: 'Application.ReadWrite.All',
      undo: { because: 'The plan of this test sends nothing.' },
      plan: () => ({ manual: { reason: 'By hand.', steps: [] } }),
    };
    const remediable = rules.map((rule) => (rule.id === id ? ({ ...rule, remedy } as Rule) : rule));
    expect(await recheckNow(finding, remediable)).toMatchObject({
      violated: true,
      remedy: { manual: expect.anything() },
    });
    laptop.simulator.directory.update('applications', finding.objectId, { requiredResourceAccess: [] });
    expect(await recheckNow(finding, remediable)).toEqual({ violated: false, because: 'complies', keyIds: [] });
  });
});

it('a recheck judges with the settings of rules that a scan has', async () => {
  const appId = 'aaaaaaaa-0000-4000-8000-000000000001';
  laptop = await aLaptop({ tenant: simulatedTenantOf([]) }, { FIRST_PARTY_APP_IDS: appId, EXPIRY_WARNING_DAYS: '45' });
  const { tenant } = await laptop.runtime.remediation();
  expect(tenant).toMatchObject({ firstParty: { appIds: [appId] }, expiry: { warningDays: 45 } });
});
