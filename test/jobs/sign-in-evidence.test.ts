import { afterEach, describe, expect, it } from '@jest/globals';
import { showAffected } from '../../src/cli/show-affected.js';
import { maxSignInPages } from '../../src/graph/reads/sign-ins.js';
import { processAlerts } from '../../src/jobs/alerts/process-alerts.js';
import { maxAuditedObjects } from '../../src/jobs/scan/evidence-reads.js';
import { plantedPeople } from '../../src/local/demo-audit-logs.js';
import { demoTenant, simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { cloudOf } from '../../src/model/entra/clouds.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { reportFacts } from '../../src/reports/facts.js';
import { findingView } from '../../src/reports/finding-view.js';
import { formats } from '../../src/reports/report.js';
import { rules } from '../../src/rules/index.js';
import { aGrantedApp } from '../../src/rules/testing/case-granted.js';
import { anApp, aSymmetricSigningKey, cleanTenantParts, guidOf } from '../../src/rules/testing/cases.js';
import type { JsonObject, SimulatedTenant } from '../../src/simulator/http/server.js';
import { AffectedCard } from '../../src/web/pages/affected.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { aTeamsSink } from '../support/webhook-sink.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const rule = 'no-unexplained-sign-in-failure';
const broken = anApp('Ledger Sync', { application: { keyCredentials: [aSymmetricSigningKey('ledger')] } });
const silent = aGrantedApp('Parking Permits');

const failure = (n: number, appId: string, members: JsonObject = {}): JsonObject => ({
  id: `failure-${n}`,
  minutesAgo: 60 + n,
  appId,
  resourceId: appId,
  userId: guidOf(`user ${n}`),
  userDisplayName: `Wilhelmina Person ${n}`,
  userPrincipalName: `wilhelmina.${n}@woodgrove.example`,
  ipAddress: `192.0.2.${n}`,
  status: { errorCode: 50000 },
  ...members,
});

function aTenant(signIns: JsonObject[], more: Partial<SimulatedTenant> = {}): SimulatedTenant {
  const tenant = simulatedTenantOf([broken, silent.app], undefined, undefined, { grants: silent.grants });
  return { ...tenant, signIns, ...more };
}

const findingOf = (findings: readonly Finding[], ruleId: string) => findings.find((one) => one.ruleId === ruleId);

describe('failed sign-ins', () => {
  it('are evidence of the finding that explains them, and of an app that nothing explains', async () => {
    const signIns = [
      failure(1, broken.appId),
      failure(2, broken.appId, { userId: guidOf('user 1') }),
      failure(3, broken.appId, { status: { errorCode: 65001 } }),
      failure(4, silent.app.appId),
      failure(5, silent.app.appId, { minutesAgo: 25 * 60 }),
    ];
    laptop = await aLaptop({ tenant: aTenant(signIns) });
    expect(await laptop.scan()).toMatchObject({ status: 'complete', notes: [], notExamined: [] });
    const found = await laptop.shown();
    expect(findingOf(found, 'no-symmetric-signing-key')?.failing).toMatchObject({ count: 2, users: 1 });
    const unexplained = found.filter(({ ruleId }) => ruleId === rule);
    expect(unexplained).toHaveLength(1);
    expect(unexplained[0]).toMatchObject({ appId: silent.app.appId, failing: { count: 1, users: 1 } });
    expect(unexplained[0]?.message).toContain(`consentinel diagnose --app ${silent.app.appId} --code AADSTS50000`);
  });

  it('an unchanged tenant writes no finding, although new failures change the numbers', async () => {
    const signIns = [failure(1, broken.appId)];
    const tenant = aTenant(signIns);
    laptop = await aLaptop({ tenant });
    await laptop.scan();
    const rows = async () => (await laptop.rows()).filter((row) => row.includes('"evidence_'));
    const before = await rows();
    expect(await laptop.scan()).toMatchObject({ status: 'complete', writes: 0 });
    expect(await rows()).toEqual(before);
  });

  it('end the finding when no failure is left, and undetermined is not resolved', async () => {
    const tenant = aTenant([failure(1, silent.app.appId)]);
    laptop = await aLaptop({ tenant });
    await laptop.scan();
    laptop.withdraw('AuditLog.Read.All');
    expect(await laptop.scan()).toMatchObject({ status: 'complete', findings: { resolved: 0 } });
    expect(findingOf(await laptop.shown(), rule)).toMatchObject({ status: 'open' });
    expect(findingOf(await laptop.shown(), rule)?.failing).toBeUndefined();
  });

  it('of an app with a million entries stay within the bound of pages, and are minimums', async () => {
    const signInFiller = { count: 1_000_000, appIds: [broken.appId], users: 40 };
    laptop = await aLaptop({ tenant: aTenant([], { signInFiller }) });
    const scan = await laptop.scan();
    expect(scan).toMatchObject({ status: 'complete', notExamined: [] });
    expect(scan.notes.join(' ')).toContain('minimums');
    const requests = laptop.simulator.requests.filter(({ path }) => path === '/auditLogs/signIns');
    expect(requests.length).toBeLessThanOrEqual(maxSignInPages + 2);
    const { failing } = findingOf(await laptop.shown(), 'no-symmetric-signing-key') ?? {};
    expect(failing).toMatchObject({ users: 40, atLeast: true });
    expect(failing?.count).toBeGreaterThanOrEqual(1_000);
    expect(failing?.count).toBeLessThanOrEqual(maxSignInPages * 1_000);
  });

  it('are read despite throttling', async () => {
    laptop = await aLaptop(
      { tenant: aTenant([failure(1, broken.appId)]) },
      {},
      { graphCalls: { wait: async () => {} } },
    );
    const match = { path: '/auditLogs/signIns' };
    laptop.simulator.order({ kind: 'status', status: 429, headers: { 'Retry-After': '10' }, match, times: 3 });
    expect(await laptop.scan()).toMatchObject({ status: 'complete', notExamined: [] });
    expect(findingOf(await laptop.shown(), 'no-symmetric-signing-key')?.failing).toMatchObject({ count: 1 });
  });

  it('that cannot be read make the scan incomplete, and resolve nothing of their rule', async () => {
    laptop = await aLaptop(
      { tenant: aTenant([failure(1, silent.app.appId)]) },
      {},
      { graphCalls: { wait: async () => {}, budget: 1_000 } },
    );
    await laptop.scan();
    laptop.simulator.order({ kind: 'status', status: 503, match: { path: '/auditLogs/signIns' }, times: 999 });
    const { status, notExamined } = await laptop.scan();
    expect([status, notExamined.map(({ ruleId }) => ruleId)]).toEqual(['incomplete', [rule]]);
    expect(findingOf(await laptop.shown(), rule)?.status).toBe('open');
  });
});

describe('a tenant without sign-in evidence', () => {
  it.each([
    ['the permission', {}, 'AuditLog.Read.All'],
    ['Entra ID P1', { premium: false }, undefined],
  ] as const)('without %s: the scan is complete and says what is missing', async (_name, more, permission) => {
    laptop = await aLaptop({ tenant: aTenant([failure(1, broken.appId)], more) });
    if (permission) laptop.withdraw(permission);
    const { status, notExamined, notes, errors } = await laptop.scan();
    expect([status, errors]).toEqual(['complete', []]);
    expect(notExamined.map((one) => [one.ruleId, one.permission])).toEqual([[rule, permission]]);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^No sign-in evidence: /);
    expect(notes[0]).toContain(permission ?? 'Microsoft Entra ID P1');
    const found = findingOf(await laptop.shown(), 'no-symmetric-signing-key');
    expect(found?.failing).toBeUndefined();
    expect(found?.affected?.signIns).toEqual({
      interactiveFailures: 'not visible',
      appOnly: 'not visible',
      onBehalfOf: 'not visible',
    });
  });

  it('reads no log if RULES_OFF switches the rule off', async () => {
    laptop = await aLaptop({ tenant: aTenant([failure(1, broken.appId)]) }, { RULES_OFF: rule });
    expect(await laptop.scan()).toMatchObject({ status: 'complete', notes: [], notExamined: [] });
    expect(laptop.simulator.requests.filter(({ path }) => path.startsWith('/auditLogs/'))).toEqual([]);
  });
});

describe('who made the change, and who is affected', () => {
  const megan = guidOf('user Megan Bowen');

  it('the entry of the audit log that added the symmetric key is read once, and kept', async () => {
    laptop = await aLaptop();
    await laptop.scan();
    const payroll = async () =>
      (await laptop.shown()).find(
        (one) => one.ruleId === 'no-symmetric-signing-key' && one.displayName === 'Payroll Sync',
      );
    const expected = {
      activity: 'Update application - Certificates and secrets management',
      by: { type: 'user', id: megan },
    };
    expect((await payroll())?.change).toMatchObject(expected);
    const audits = () => laptop.simulator.requests.filter(({ path }) => path === '/auditLogs/directoryAudits').length;
    // The bound of one scan leaves the other objects of the tenant to the next one.
    expect(audits()).toBe(maxAuditedObjects);
    await laptop.scan();
    const all = audits();
    expect(all).toBeGreaterThan(maxAuditedObjects);
    expect(all).toBeLessThan(2 * maxAuditedObjects);
    await laptop.scan();
    expect((await payroll())?.change).toMatchObject(expected);
    expect(audits()).toBe(all);
  });

  it('the person who changed the consent of users is shown with the finding on the tenant, and read once', async () => {
    const update = (minutesAgo: number, property: string, person: string): JsonObject => ({
      minutesAgo,
      activityDisplayName: 'Update authorization policy',
      initiatedBy: {
        user: { id: guidOf(`user ${person}`), userPrincipalName: `${person}@woodgrove.example` },
        app: null,
      },
      targetResources: [
        { id: 'authorizationPolicy', modifiedProperties: [{ displayName: property, oldValue: '[]', newValue: '[]' }] },
      ],
    });
    const consent = 'PermissionGrantPolicyIdsAssignedToDefaultUserRole';
    const directoryAudits = [
      update(50, 'AllowInvitesFrom', 'guests'),
      update(100, consent, 'ada'),
      update(200, consent, 'bob'),
    ];
    const noConsent = {
      ...cleanTenantParts,
      authorizationPolicy: {
        id: 'authorizationPolicy',
        defaultUserRolePermissions: { permissionGrantPoliciesAssigned: [] },
      },
      adminConsentRequestPolicy: { isEnabled: false, reviewers: [] },
    };
    laptop = await aLaptop({ tenant: { ...simulatedTenantOf([], noConsent), directoryAudits } });
    await laptop.scan();
    const finding = async () => findingOf(await laptop.shown(), 'require-consent-route');
    const expected = { activity: 'Update authorization policy', by: { type: 'user', id: guidOf('user ada') } };
    expect((await finding())?.change).toMatchObject(expected);
    expect(JSON.stringify(await laptop.rows())).not.toContain('ada@woodgrove');
    const audits = () => laptop.simulator.requests.filter(({ path }) => path === '/auditLogs/directoryAudits').length;
    expect(audits()).toBe(1);
    await laptop.scan();
    expect((await finding())?.change).toMatchObject(expected);
    expect(audits()).toBe(1);
    // The page shows the evidence of one finding, and lists that of all.
    const stored = await finding();
    const one = await laptop.runtime.review().findings.finding(stored?.tenantId ?? '', stored?.id ?? '');
    expect(one?.value.change).toMatchObject(expected);
  });

  it('the owners, assignments, permissions and grants of the app are stored with ids only', async () => {
    const owner = { id: guidOf('user owner'), displayName: 'Olga Owner', userPrincipalName: 'olga@woodgrove.example' };
    const tenant = aTenant([failure(1, broken.appId)]);
    const principal = broken.servicePrincipal?.id ?? '';
    const assigned = (n: number, principalType: string) => ({
      id: `assignment-${n}`,
      principalId: guidOf(`principal ${n}`),
      principalType,
      resourceId: principal,
      appRoleId: guidOf('role'),
    });
    Object.assign(tenant, {
      applications: tenant.applications.map((one) => (one.appId === broken.appId ? { ...one, owners: [owner] } : one)),
      appRoleAssignments: [
        assigned(1, 'User'),
        assigned(2, 'User'),
        assigned(3, 'Group'),
        { ...assigned(4, 'ServicePrincipal'), principalId: principal, resourceId: guidOf('an API') },
      ],
      oauth2PermissionGrants: [
        {
          id: 'g',
          clientId: principal,
          resourceId: guidOf('an API'),
          consentType: 'AllPrincipals',
          scope: ' User.Read Mail.Read',
        },
      ],
    });
    laptop = await aLaptop({ tenant });
    await laptop.scan();
    const { affected } = findingOf(await laptop.shown(), 'no-symmetric-signing-key') ?? {};
    expect(affected).toMatchObject({
      owners: { count: 1, ids: [owner.id] },
      assigned: { users: 2, groups: 1, servicePrincipals: 0 },
      appRoleAssignments: { count: 1, roles: [{ resourceId: guidOf('an API'), appRoleId: guidOf('role') }] },
      grantedScopes: { forAllUsers: ['mail.read', 'user.read'], forSomeUsers: false },
      claimsMappingPolicy: false,
      signIns: { interactiveFailures: { count: 1 }, appOnly: 'not visible', onBehalfOf: 'not visible' },
    });
    expect((await laptop.rows()).join('\n')).not.toMatch(/Olga|olga@/);
  });

  it('evidence goes with the last finding of the app', async () => {
    laptop = await aLaptop({ tenant: aTenant([failure(1, broken.appId)]) }, { MAX_RESOLVED_PERCENT: '100' });
    await laptop.scan();
    const evidence = async () => (await laptop.rows()).filter((row) => row.includes('"evidence_'));
    expect(await evidence()).toHaveLength(1);
    const { directory } = laptop.simulator;
    directory.delete('applications', broken.application?.id ?? '');
    await laptop.scan();
    expect(await evidence()).toEqual([]);
  });

  it('Graph that refuses the reads is a note: the findings are the same', async () => {
    laptop = await aLaptop({ tenant: aTenant([]) }, {}, { graphCalls: { wait: async () => {}, budget: 20_000 } });
    laptop.simulator.order({ kind: 'status', status: 503, match: { path: /\/appRoleAssignedTo\?/ }, times: 999 });
    const { status, notes, errors } = await laptop.scan();
    expect([status, errors]).toEqual(['complete', []]);
    expect(notes.join(' ')).toMatch(/^Evidence about the affected apps could not be read/);
  });
});

/** Whether a text contains a name, an address or an IP address of the logs. */
function expectNoPerson(text: string): void {
  for (const name of [...plantedPeople, 'Wilhelmina']) {
    expect(text).not.toContain(name);
    expect(text.toLowerCase()).not.toContain(name.toLowerCase().replace(' ', '.'));
  }
  expect(text).not.toMatch(/198\.51\.100\.|192\.0\.2\./);
}

describe('no name, address or IP address of a user of the logs', () => {
  it('is stored, or is in a report or in a card', async () => {
    const tenant = demoTenant();
    const signIns = [...(tenant.signIns ?? []), failure(7, silent.app.appId)];
    const teams = await aTeamsSink();
    try {
      laptop = await aLaptop({ tenant: { ...tenant, signIns } }, { TEAMS_WEBHOOK_URL: teams.url });
      await laptop.scan();
      await processAlerts(laptop.runtime);
      const rows = (await laptop.rows()).join('\n');
      expect(rows).toContain('"failing"');
      const cards = teams.accepted().join('\n');
      expect(cards).toMatch(/failed sign-ins of \d users/);
      const { facts } = await reportFacts(
        { tenantId: tenant.id, generatedAt: '2026-11-24T03:00:00Z', version: '1', rules, cloud },
        laptop.runtime.scans.scans(tenant.id),
      );
      const views = (await laptop.shown()).map((finding) => findingView(finding, undefined, cloud, rules));
      let reports = '';
      for (const { report } of Object.values(formats))
        for await (const part of report(stream(views), facts)) reports += part;
      expect(reports).toMatch(/failed sign-ins of \d users/);
      for (const text of [rows, cards, reports]) expectNoPerson(text);
    } finally {
      await teams.close();
    }
  });

  it('is in the output of the log lines, the page or the command line', async () => {
    laptop = await aLaptop();
    const scan = await laptop.scan();
    expectNoPerson(JSON.stringify(scan));
    const payroll = (await laptop.shown()).find(
      ({ displayName, failing }) => displayName === 'Payroll Sync' && failing,
    );
    const card = String(AffectedCard({ finding: payroll as Finding }));
    expect(card).toMatch(/Who is affected.*12 failed sign-ins of 4 users.*not visible/s);
    expectNoPerson(card);
    const lines: string[] = [];
    const out = { write: (line: string) => lines.push(line) };
    showAffected({ out } as never, payroll as Finding);
    expect(lines.join('')).toContain('Who is affected');
    expectNoPerson(lines.join(''));
  });
});

const cloud = cloudOf('https://graph.microsoft.com');

async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
