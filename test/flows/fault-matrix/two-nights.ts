import { simulatedTenantOf } from '../../../src/local/demo-tenant.js';
import { appCases, tenantCases } from '../../../src/rules/all-cases.js';
import { appsOfCase } from '../../../src/rules/testing/case-tenant.js';
import { type AppCase, anApp, aSymmetricSigningKey, cleanTenantParts } from '../../../src/rules/testing/cases.js';
import type { SimulatedTenant } from '../../../src/simulator/http/server.js';

/** The first violating case of each rule about apps: together they need every read that a scan knows. */
const violating: readonly AppCase[] = Object.values(appCases).flatMap((cases) => {
  const first = cases.find(({ violations, tenant }) => violations.length > 0 && tenant === undefined);
  return first ? [first] : [];
});

const tenantParts = Object.values(tenantCases).flatMap((cases) =>
  cases.filter(({ demo }) => demo).map(({ tenant }) => tenant),
);

const symmetric = (name: string) => anApp(name, { application: { keyCredentials: [aSymmetricSigningKey(name)] } });

/** Its finding is approved and remediated in the second night. */
export const remediatedApp = symmetric('Ledger Sync');
/** Its key is removed before the second night: only its finding may be resolved by the scan. */
const fixedApp = symmetric('Expense Portal');
/** It is deleted before the second night. */
const deletedApp = symmetric('Badge Printer');
/** It appears before the second night: the news of the alert. */
export const newApp = symmetric('Visitor Wifi');

/** The objects whose findings may be resolved in the second night. */
export const goneObjects: ReadonlySet<string | undefined> = new Set(
  [fixedApp, deletedApp].map(({ application }) => application?.id),
);

/** The tenant in the first night, without any fault. */
export const firstNight = (): SimulatedTenant => tenantOf([remediatedApp, fixedApp, deletedApp]);

/** The tenant in the second night, which is disturbed. */
export const secondNight = (): SimulatedTenant => tenantOf([remediatedApp, anApp('Expense Portal'), newApp]);

function tenantOf(apps: Parameters<typeof simulatedTenantOf>[0]): SimulatedTenant {
  return simulatedTenantOf(
    [...violating.flatMap(appsOfCase), ...apps],
    Object.assign({}, cleanTenantParts, ...tenantParts),
    { objects: 0, seed: 1 },
    {
      grants: violating.flatMap(({ grants = [] }) => grants),
      assignments: violating.flatMap(({ assignments = [] }) => assignments),
      signIns: violating.flatMap(({ signIns = [] }) => signIns),
    },
  );
}
