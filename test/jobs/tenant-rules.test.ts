import { afterEach, describe, expect, it } from '@jest/globals';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { GivenParts } from '../../src/local/simulated-parts.js';
import { optionalPermissions, permissionsOf } from '../../src/model/rule/permissions.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { tenantCases } from '../../src/rules/all-cases.js';
import { rules } from '../../src/rules/index.js';
import { anApp, caseTenant, cleanTenantParts } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const started = async (parts: GivenParts = {}) => {
  laptop = await aLaptop({ tenant: simulatedTenantOf([anApp('Loan Desk')], { ...cleanTenantParts, ...parts }) });
};
/** Graph may refuse the features of synchronization to an application that has the permission. */
const refuseFeatures = () =>
  laptop.simulator.order({
    kind: 'refused',
    times: 999,
    match: { path: '/v1.0/directory/onPremisesSynchronization' },
  });
/** The time for which the cases were written. */
const judgedAt = '2026-11-24T02:00:00.000Z';
const scan = (): Promise<Scan> => {
  const clock = { ...laptop.runtime.clock, now: () => judgedAt };
  return scanTenant({ ...laptop.runtime, clock }, { requestedBy: 'test' });
};
const found = async () => (await laptop.stored()).map(({ ruleId, key }) => (key ? `${ruleId} ${key}` : ruleId));
const rulesOf = (permission: string) => rules.filter((rule) => permissionsOf(rule).includes(permission));

const simulated = [
  'no-symmetric-key-addition',
  'require-consent-route',
  'require-fresh-directory-sync',
  'require-fresh-password-sync',
  'require-live-reviewers',
  'require-password-expiry-alignment',
  'require-usable-consent-policy',
];
const examples = simulated.flatMap((id) =>
  (tenantCases[id] ?? []).map((example) => [id, example.name, example] as const),
);

describe('a tenant that was read from Graph', () => {
  it.each(examples)('is judged by %s as its case says: %s', async (id, _name, { tenant, violations }) => {
    await started(tenant as GivenParts);
    if (tenant.onPremisesSynchronization === null) refuseFeatures();
    const { status, notExamined, errors } = await scan();
    expect([status, errors]).toEqual(['complete', []]);
    const whole = { ...caseTenant, ...cleanTenantParts, ...tenant };
    const blind = rules.filter((rule) => rule.on === 'tenant' && rule.undetermined?.(whole)).map((rule) => rule.id);
    expect(notExamined.map(({ ruleId }) => ruleId)).toEqual(blind);
    expect(await found()).toEqual(violations.map(({ key }) => (key ? `${id} ${key}` : id)));
  });
});

describe('a missing permission', () => {
  it.each(['Domain.Read.All', 'Organization.Read.All', 'User.Read.All', 'OnPremDirectorySynchronization.Read.All'])(
    '%s: exactly the rules that need it are not examined, and their reasons name it',
    async (permission) => {
      await started();
      laptop.withdraw(permission);
      const { status, notExamined, findings } = await scan();
      expect(notExamined.map(({ ruleId }) => ruleId).sort()).toEqual(rulesOf(permission).map(({ id }) => id));
      for (const { reason } of notExamined) expect(reason).toContain(permission);
      expect(status).toBe(optionalPermissions.has(permission) ? 'complete' : 'incomplete');
      expect(findings.new).toBe(0);
    },
  );

  it('resolves nothing', async () => {
    await started(tenantCases['require-fresh-directory-sync']?.[0]?.tenant as GivenParts);
    await scan();
    laptop.withdraw('Organization.Read.All');
    expect(await scan()).toMatchObject({ writes: 0, findings: { resolved: 0 } });
    expect((await laptop.stored()).map(({ ruleId, status }) => [ruleId, status])).toEqual([
      ['require-fresh-directory-sync', 'open'],
    ]);
  });
});

describe('what Graph leaves undetermined', () => {
  const states = async () => (await laptop.stored()).map(({ ruleId, status }) => [ruleId, status]).sort();
  const stale = tenantCases['require-fresh-password-sync']?.[0]?.tenant as GivenParts;

  it('is unknown if Graph refuses the features of synchronization in spite of the permission', async () => {
    await started(stale);
    refuseFeatures();
    expect(await scan()).toMatchObject({ status: 'complete', errors: [], findings: { new: 0 } });
  });

  it('resolves no finding of the undetermined rule, and resolves the findings of other rules', async () => {
    await started({
      ...stale,
      ...tenantCases['require-consent-route']?.find(({ demo }) => demo)?.tenant,
    } as GivenParts);
    await scan();
    expect(await states()).toEqual([
      ['require-consent-route', 'open'],
      ['require-fresh-password-sync', 'open'],
    ]);
    refuseFeatures();
    laptop.simulator.directory.policies.update('adminConsentRequestPolicy', { isEnabled: true });
    const { status, notExamined, findings } = await scan();
    expect(status).toBe('complete');
    expect(notExamined).toEqual([
      { ruleId: 'require-fresh-password-sync', reason: expect.stringMatching(/^Graph does not return .+\.$/) },
    ]);
    expect(findings).toMatchObject({ resolved: 1 });
    expect(await states()).toEqual([
      ['require-consent-route', 'resolved'],
      ['require-fresh-password-sync', 'open'],
    ]);
  });

  it('is an error if the features cannot be read for another reason', async () => {
    await started(stale);
    laptop.simulator.order({
      kind: 'status',
      status: 200,
      body: { value: 'not a list' },
      times: 999,
      match: { path: '/v1.0/directory/onPremisesSynchronization' },
    });
    const { status, notExamined } = await scan();
    expect(status).toBe('incomplete');
    expect(notExamined.map(({ ruleId }) => ruleId).sort()).toEqual(
      rulesOf('OnPremDirectorySynchronization.Read.All').map(({ id }) => id),
    );
  });

  it('includes the members of a reviewing group: a scan does not read them', async () => {
    const query = '/groups/6f0c5a3e-4b7c-4a55-9a30-0f1d9e5a0009/transitiveMembers/microsoft.graph.user';
    await started({
      adminConsentRequestPolicy: { isEnabled: true, reviewers: [{ query, queryType: 'MicrosoftGraph' }] },
      consentReviewers: [],
    });
    expect(await scan()).toMatchObject({ status: 'complete', findings: { new: 0 } });
    expect(laptop.simulator.requests.filter(({ path }) => /groups|users/.test(path))).toEqual([]);
  });
});
