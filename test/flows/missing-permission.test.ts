import { afterEach, describe, expect, it } from '@jest/globals';
import { readerPermissions } from '../../src/jobs/doctor/roles.js';
import { demoCases, simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { simulatedParts } from '../../src/local/simulated-parts.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { optionalPermissions, permissionsOf } from '../../src/model/rule/permissions.js';
import { microsoftGraphAppId } from '../../src/model/tenant/resources.js';
import { tenantCases } from '../../src/rules/all-cases.js';
import { rules } from '../../src/rules/index.js';
import { appsOfCase } from '../../src/rules/testing/case-tenant.js';
import { cleanTenantParts } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const needing = (permission: string) =>
  rules.filter((rule) => permissionsOf(rule).includes(permission)).map(({ id }) => id);
const ruleIds = (findings: readonly Finding[]) => [...new Set(findings.map(({ ruleId }) => ruleId))].sort();

/** A tenant with problems of most rules: the apps of the demo tenant, and the policies of its tenant cases. */
function faultyTenant() {
  const parts = Object.values(tenantCases).flatMap((cases) =>
    cases.filter(({ demo }) => demo).map(({ tenant }) => tenant),
  );
  const stale = '2020-01-01T00:00:00Z';
  const organization = {
    onPremisesSyncEnabled: true,
    onPremisesLastSyncDateTime: stale,
    onPremisesLastPasswordSyncDateTime: stale,
  };
  const features = { passwordSyncEnabled: true, cloudPasswordPolicyForPasswordSyncedUsersEnabled: false };
  const domains = [{ ...cleanTenantParts.domains[0], passwordValidityPeriodInDays: 90 }];
  return simulatedTenantOf(
    demoCases.flatMap(appsOfCase),
    Object.assign({}, cleanTenantParts, ...parts, { organization, onPremisesSynchronization: features, domains }),
    undefined,
    {
      grants: demoCases.flatMap(({ grants = [] }) => grants),
      assignments: demoCases.flatMap(({ assignments = [] }) => assignments),
      signIns: demoCases.flatMap(({ signIns = [] }) => signIns),
    },
  );
}

/** An administrator fixes every problem: deletes the apps, and sets the policies and the synchronization right. */
function fixEverything(tenant: ReturnType<typeof faultyTenant>): void {
  const { directory } = laptop.simulator;
  const clean = simulatedParts({ ...cleanTenantParts });
  for (const collection of ['applications', 'servicePrincipals'] as const) {
    for (const { id, appId } of tenant[collection]) {
      if (appId !== microsoftGraphAppId && directory.find(collection, String(id)))
        directory.delete(collection, String(id));
    }
  }
  for (const [name, policy] of Object.entries(clean.policies)) directory.policies.update(name, policy);
  Object.assign(tenant, { organization: clean.organization, domains: clean.domains });
}

describe('without one of the permissions of the reader', () => {
  it.each(readerPermissions(rules, []))(
    '%s: exactly the rules that need it are not examined, and the findings of all others are resolved',
    async (permission) => {
      const tenant = faultyTenant();
      laptop = await aLaptop({ tenant }, { MAX_RESOLVED_PERCENT: '100' });
      expect((await laptop.scan()).status).toBe('complete');
      const before = await laptop.stored();
      const unexamined = needing(permission);
      expect(ruleIds(before).some((id) => unexamined.includes(id))).toBe(permission !== 'User.Read.All');
      fixEverything(tenant);
      laptop.withdraw(permission);

      const scan = await laptop.scan();
      expect(scan.status).toBe(optionalPermissions.has(permission) ? 'complete' : 'incomplete');
      expect(scan.notExamined.map(({ ruleId }) => ruleId).sort()).toEqual(unexamined);
      expect([...new Set(scan.notExamined.map((one) => one.permission))]).toEqual([permission]);
      for (const { reason } of scan.notExamined) expect(reason).toContain(permission);
      const open = (await laptop.stored()).filter(({ status }) => status === 'open');
      expect(open.map(({ id }) => id)).toEqual(
        before.filter(({ ruleId }) => unexamined.includes(ruleId)).map(({ id }) => id),
      );
    },
  );
});

describe('Graph refuses the list of grants', () => {
  it('to an application with DelegatedPermissionGrant.Read.All: the reason names Directory.Read.All', async () => {
    laptop = await aLaptop();
    laptop.simulator.order({ kind: 'refused', times: 999, match: { path: '/v1.0/oauth2PermissionGrants' } });
    const { status, notExamined } = await laptop.scan();
    expect(status).toBe('incomplete');
    expect(notExamined.map(({ ruleId }) => ruleId).sort()).toEqual(needing('DelegatedPermissionGrant.Read.All'));
    for (const { permission, reason } of notExamined) {
      expect(permission).toBe('Directory.Read.All');
      expect(reason).toMatch(/although the token has DelegatedPermissionGrant\.Read\.All\. .*Directory\.Read\.All/);
    }
  });
});
