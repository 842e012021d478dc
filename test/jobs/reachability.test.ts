import { afterEach, describe, expect, it } from '@jest/globals';
import { maxAppsWithEvidence } from '../../src/jobs/scan/apps-with-findings.js';
import { demoCases, simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { permissionsOf } from '../../src/model/rule/permissions.js';
import { appCases } from '../../src/rules/all-cases.js';
import { rules } from '../../src/rules/index.js';
import {
  aScope,
  asking,
  foreignApi,
  mailSend,
  microsoftGraph,
  userRead,
  userReadAll,
} from '../../src/rules/testing/case-apis.js';
import { type AppCase, anApp, type CaseApp, cleanTenantParts } from '../../src/rules/testing/cases.js';
import type { Fault } from '../../src/simulator/faults/pending-faults.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const reachabilityRules = [
  'require-assignment',
  'require-declared-permission',
  'require-delegated-permission',
  'require-enabled-service-principal',
  'require-granted-permission',
  'require-published-permission',
  'require-resource-service-principal',
];
const facts = ({ ruleId, displayName }: Finding) => `${ruleId}: ${displayName}`;
const requests = () => laptop.simulator.requests.filter(({ inBatch }) => !inBatch);
/** The parts of the tenant come in batches too. */
const ofTenant =
  /^\/(policies|organization|domains|users|directory\/(onPremisesSynchronization|deletedItems\/microsoft\.graph\.application)|auditLogs\/signIns)\b|^\/servicePrincipals\(appId='[^']+'\)\/delegatedPermissionClassifications$/;
const directReads = () =>
  laptop.simulator.requests.filter(({ inBatch, path }) => inBatch && !ofTenant.test(decodeURIComponent(path)));

const nameOf = ({ app }: AppCase) => (app.application ?? app.servicePrincipal)?.displayName;

describe('the demo tenant', () => {
  it('has exactly the findings that the cases expect, on the objects of their apps', async () => {
    laptop = await aLaptop();
    await laptop.scan();
    const expected = reachabilityRules.flatMap((ruleId) =>
      (appCases[ruleId] ?? [])
        .filter((example) => demoCases.includes(example))
        .flatMap((example) => example.violations.map(() => `${ruleId}: ${nameOf(example)}`)),
    );
    const found = (await laptop.stored()).filter(({ ruleId }) => reachabilityRules.includes(ruleId));
    expect(expected.length).toBeGreaterThan(15);
    expect(found.map(facts).sort()).toEqual(expected.sort());
  });

  it.each(['DelegatedPermissionGrant.Read.All', 'Policy.Read.All', 'Policy.Read.PermissionGrant'])(
    'without %s: the rules that need it are not examined, the others are, and nothing is resolved',
    async (permission) => {
      laptop = await aLaptop();
      await laptop.scan();
      const before = await laptop.stored();
      laptop.withdraw(permission);
      const scan = await laptop.scan();
      const needing = rules.filter((rule) => permissionsOf(rule).includes(permission)).map(({ id }) => id);
      expect(needing.length).toBeGreaterThan(1);
      expect(scan.status).toBe('incomplete');
      expect(scan.notExamined.map(({ ruleId }) => ruleId).sort()).toEqual(needing);
      for (const { reason } of scan.notExamined) expect(reason).toContain(permission);
      expect(scan.findings).toMatchObject({ new: 0, resolved: 0, open: before.length });
      expect(await laptop.stored()).toEqual(before);
    },
  );

  it('writes nothing in a second scan', async () => {
    laptop = await aLaptop();
    await laptop.scan();
    expect(await laptop.scan()).toMatchObject({ status: 'complete', writes: 0 });
  });
});

describe('what no listing shows is read directly', () => {
  const grants = (app: CaseApp) => ({ clientId: app.servicePrincipal?.id ?? '' });
  const only = async (ruleId: string) => (await laptop.stored()).filter((finding) => finding.ruleId === ruleId);

  it('finds no missing API for a client of an API that publishes nothing, or was created during the scan', async () => {
    const silent = anApp('Silent API');
    const client = anApp('Client', { application: asking({ of: silent, scopes: [aScope('Any')] }) });
    laptop = await aLaptop({ tenant: simulatedTenantOf([client, silent], { ...cleanTenantParts }) });
    await laptop.scan();
    expect(await only('require-resource-service-principal')).toEqual([]);
    expect(await only('require-published-permission')).toHaveLength(1);
  });

  it('reads an assignment that is added and removed', async () => {
    const closed = foreignApi('Closed Wiki', { appRoleAssignmentRequired: true });
    laptop = await aLaptop({ tenant: simulatedTenantOf([closed]) });
    expect((await laptop.scan()).findings).toMatchObject({ new: 1 });
    laptop.simulator.directory.appRoleAssignments.push({
      resourceId: closed.servicePrincipal?.id ?? '',
      principalId: 'x',
    });
    expect((await laptop.scan()).findings).toMatchObject({ open: 0, resolved: 1 });
    laptop.simulator.directory.appRoleAssignments.pop();
    expect((await laptop.scan()).findings).toMatchObject({ new: 1 });
  });

  it('reads consent that is granted', async () => {
    const app = anApp('Staff Directory', { application: asking({ of: microsoftGraph, scopes: [userReadAll] }) });
    laptop = await aLaptop({ tenant: simulatedTenantOf([app]) });
    expect((await laptop.scan()).findings).toMatchObject({ new: 1 });
    const resourceId = microsoftGraph.servicePrincipal?.id ?? '';
    const grant = {
      ...grants(app),
      resourceId,
      consentType: 'AllPrincipals',
      principalId: null,
      scope: 'User.Read.All',
    };
    laptop.simulator.directory.grants.push(grant);
    expect((await laptop.scan()).findings).toMatchObject({ open: 0, resolved: 1 });
  });

  it('does not resolve a finding that becomes undetermined, such as whether users can consent', async () => {
    const [menu, directory] = [anApp('Lunch Menu'), anApp('Staff Directory')];
    const asks = (app: CaseApp, scope: typeof userRead) =>
      anApp(app.application?.displayName ?? '', { application: asking({ of: microsoftGraph, scopes: [scope] }) });
    const consentBy = (...permissionGrantPoliciesAssigned: string[]) => ({
      ...cleanTenantParts.authorizationPolicy,
      defaultUserRolePermissions: { permissionGrantPoliciesAssigned },
    });
    const granted = (app: CaseApp, scope: string) =>
      laptop.simulator.directory.grants.push({
        ...grants(app),
        resourceId: microsoftGraph.servicePrincipal?.id ?? '',
        consentType: 'AllPrincipals',
        principalId: null,
        scope,
      });
    const states = async () =>
      Object.fromEntries((await only('require-granted-permission')).map((one) => [one.displayName, one.status]));
    laptop = await aLaptop({
      tenant: simulatedTenantOf([asks(menu, userRead), asks(directory, userReadAll)], {
        ...cleanTenantParts,
        authorizationPolicy: consentBy(),
      }),
    });
    await laptop.scan();
    expect(await states()).toEqual({ 'Lunch Menu': 'open', 'Staff Directory': 'open' });

    laptop.simulator.directory.policies.update(
      'authorizationPolicy',
      consentBy('managePermissionGrantsForSelf.microsoft-user-default-recommended'),
    );
    granted(directory, 'User.Read.All');
    expect(await laptop.scan()).toMatchObject({ status: 'complete', notExamined: [] });
    expect(await states()).toEqual({ 'Lunch Menu': 'open', 'Staff Directory': 'resolved' });

    granted(menu, 'User.Read');
    await laptop.scan();
    expect(await states()).toEqual({ 'Lunch Menu': 'resolved', 'Staff Directory': 'resolved' });
  });

  it('follows the pages of grants and of assignments', async () => {
    const robots = Array.from({ length: 1_200 }, (_, i) =>
      anApp(`Robot ${i}`, { application: asking({ of: microsoftGraph, roles: [mailSend] }) }),
    );
    const assignments = robots.slice(1).map((robot) => ({
      principalId: robot.servicePrincipal?.id ?? '',
      resourceId: microsoftGraph.servicePrincipal?.id ?? '',
      appRoleId: mailSend.id ?? '',
    }));
    laptop = await aLaptop({ tenant: simulatedTenantOf(robots, undefined, undefined, { assignments }) });
    await laptop.scan();
    expect((await laptop.stored()).map(({ displayName }) => displayName)).toEqual(['Robot 0']);
  });
});

describe('a list of a listed service principal that is answered 404', () => {
  const closed = foreignApi('Closed Wiki', { appRoleAssignmentRequired: true });
  const robot = anApp('Robot', { application: asking({ of: microsoftGraph, roles: [mailSend] }) });
  const api = foreignApi('Menu API', { oauth2PermissionScopes: [aScope('Read')] });
  const menu = anApp('Lunch Menu', { application: asking({ of: api, scopes: [aScope('Read')] }) });
  const onlyClassified = {
    ...cleanTenantParts,
    authorizationPolicy: {
      ...cleanTenantParts.authorizationPolicy,
      defaultUserRolePermissions: {
        permissionGrantPoliciesAssigned: ['ManagePermissionGrantsForSelf.microsoft-user-default-low'],
      },
    },
  };
  const lists: [string, CaseApp[], string][] = [
    ['appRoleAssignedTo, for whether anybody is assigned', [closed], 'appRoleAssignedTo'],
    ['appRoleAssignedTo, for who holds an application permission', [robot], 'appRoleAssignedTo'],
    ['delegatedPermissionClassifications', [menu, api], 'delegatedPermissionClassifications'],
  ];
  const missing = (list: string): Fault => ({
    kind: 'status',
    status: 404,
    match: { path: new RegExp(`^/servicePrincipals/[^/]+/${list}`) },
    times: Number.POSITIVE_INFINITY,
  });
  const ofApps = async () =>
    (await laptop.stored()).filter(({ on }) => on !== 'tenant').map(({ ruleId, status }) => `${ruleId} ${status}`);

  it.each(lists)('creates no finding: %s', async (_, apps, list) => {
    laptop = await aLaptop({ tenant: simulatedTenantOf(apps, onlyClassified) });
    laptop.simulator.order(missing(list));
    await laptop.scan();
    expect(await ofApps()).toEqual([]);
    laptop.simulator.clearFaults();
    await laptop.scan();
    expect(await ofApps()).toHaveLength(1);
  });

  it.each(lists)('changes no finding and resolves none: %s', async (_, apps, list) => {
    laptop = await aLaptop({ tenant: simulatedTenantOf(apps, onlyClassified) });
    await laptop.scan();
    const before = await laptop.stored();
    expect(await ofApps()).toHaveLength(1);
    laptop.simulator.order(missing(list));
    expect(await laptop.scan()).toMatchObject({ status: 'complete', writes: 0 });
    expect(await laptop.stored()).toEqual(before);
  });
});

describe('requests', () => {
  it('grow with pages, not with apps', async () => {
    const ask = { of: microsoftGraph, scopes: [userRead] };
    const apps = Array.from({ length: 400 }, (_, i) => anApp(`App ${i}`, { application: asking(ask) }));
    laptop = await aLaptop({ tenant: simulatedTenantOf(apps, undefined, { objects: 20_000, seed: 4 }) });
    const scan = await laptop.scan();
    expect(scan).toMatchObject({ status: 'complete', findings: { new: 0 } });
    const to = (pattern: RegExp) => requests().filter(({ path }) => pattern.test(path)).length;
    const listings = to(/\/(applications|servicePrincipals)$/);
    const grants = to(/\/oauth2PermissionGrants$/);
    expect(grants).toBe(8);
    expect(listings).toBeLessThan(25);
    // The requests that a scan sends once, for any size of the tenant, with the one for the organization, and with the two
    // listings of failed sign-ins.
    expect(scan.requests - listings - grants).toBeLessThan(21);
  });

  it('read once what many apps need', async () => {
    const own = anApp('Payments API', {
      servicePrincipal: { oauth2PermissionScopes: [aScope('Pay', { type: 'Admin' })] },
    });
    const clients = Array.from({ length: 300 }, (_, i) =>
      anApp(`Client ${i}`, { application: asking({ of: own, scopes: [aScope('Pay')] }) }),
    );
    laptop = await aLaptop({ tenant: simulatedTenantOf([own, ...clients]) });
    const scan = await laptop.scan();
    expect(scan.findings.new).toBe(300);
    const reads = (pattern: RegExp) => directReads().filter(({ path }) => pattern.test(path)).length;
    // What depends on an app takes five requests, for a bounded number of apps.
    const evidence = 5 * maxAppsWithEvidence;
    const single = reads(/^\/applications\([^/]*$/);
    expect([single, reads(/^\/oauth2PermissionGrants/), reads(/./)]).toEqual([1, 600, 601 + evidence]);
  });

  it('are not repeated for unchanged findings that listings show', async () => {
    const clients = Array.from({ length: 300 }, (_, i) =>
      anApp(`Client ${i}`, { application: asking({ of: microsoftGraph, scopes: [userReadAll] }) }),
    );
    laptop = await aLaptop({ tenant: simulatedTenantOf(clients) });
    expect((await laptop.scan()).findings.new).toBe(300);
    const before = directReads().length;
    expect(await laptop.scan()).toMatchObject({ status: 'complete', findings: { new: 0, open: 300 } });
    expect(directReads()).toHaveLength(before);
  });
});
