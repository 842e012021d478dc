import { describe, expect, it } from '@jest/globals';
import { isFirstParty } from '../../src/model/entra/first-party.js';
import { type ReachableApp, reachabilityOf, reachabilitySteps } from '../../src/model/reachability/reachability.js';
import { ok, unknown } from '../../src/model/reachability/reachability-step.js';
import { AppRoleAssignmentIndex } from '../../src/model/tenant/app-role-assignments.js';
import { ClassificationIndex } from '../../src/model/tenant/consent-policy.js';
import { GrantIndex } from '../../src/model/tenant/grants.js';
import { ResourceIndex } from '../../src/model/tenant/resources.js';
import { appCases } from '../../src/rules/all-cases.js';
import {
  aGrant,
  aScope,
  asking,
  foreignApi,
  mailSend,
  microsoftGraph,
  userRead,
} from '../../src/rules/testing/case-apis.js';
import { tenantOfCase } from '../../src/rules/testing/case-tenant.js';
import { type AppCase, anApp, type CaseApp, caseTenant } from '../../src/rules/testing/cases.js';

const asApp = ({ appId, application, servicePrincipal }: CaseApp) =>
  ({
    appId,
    application: application ?? undefined,
    servicePrincipal: servicePrincipal ?? undefined,
  }) as unknown as ReachableApp;
const reach = (example: Omit<AppCase, 'name' | 'violations'>) =>
  reachabilityOf(asApp(example.app), tenantOfCase({ name: '', violations: [], ...example }));

/** The step of each rule. */
const stepOfRule = {
  'require-service-principal': 'servicePrincipal',
  'require-enabled-service-principal': 'enabled',
  'require-declared-permission': 'declared',
  'require-resource-service-principal': 'resource',
  'require-published-permission': 'published',
  'require-delegated-permission': 'delegated',
  'require-granted-permission': 'granted',
  'require-assignment': 'assigned',
} as const;

describe('reachability and the rules agree', () => {
  const examples = Object.entries(appCases).flatMap(([id, cases]) =>
    cases.map((example) => [`${id}: ${example.name}`, id, example] as const),
  );

  it.each(examples)('on a tenant where %s', (_name, id, example) => {
    const step = stepOfRule[id as keyof typeof stepOfRule] as string | undefined;
    const { firstFailure } = reach(example);
    if (step && example.violations.length > 0) {
      expect(firstFailure?.step).toBe(step);
      expect(firstFailure?.failures.map(({ on, key }) => ({ on, key }))).toMatchObject(
        example.violations.map(({ on, key }) => ({ ...(on && { on }), ...(key && { key }) })),
      );
    } else if (!example.name.includes("Microsoft's own")) expect(firstFailure).toBeUndefined();
  });
});

describe('the steps', () => {
  it('are all in order for an app that gets its token', () => {
    const app = anApp('Portal', { application: asking({ of: microsoftGraph, scopes: [userRead] }) });
    const { steps, firstFailure } = reach({ app, grants: [aGrant(app, microsoftGraph, [userRead])] });
    expect(steps.map(({ step }) => step)).toEqual(reachabilitySteps);
    expect(new Set(steps.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
    expect(firstFailure).toBeUndefined();
  });

  it('have a first failure with a code and a fix, even if later steps fail too', () => {
    const api = foreignApi('Absent API', {});
    const application = asking({ of: api, scopes: [aScope('A')] }, { of: microsoftGraph, roles: [mailSend] });
    const servicePrincipal = { accountEnabled: false, appRoleAssignmentRequired: true };
    const { steps, firstFailure } = reach({ app: anApp('Broken Portal', { application, servicePrincipal }) });
    expect(firstFailure).toMatchObject({ step: 'enabled', code: 'AADSTS7000112', fix: expect.stringMatching(/\.$/) });
    expect(steps.filter(({ outcome }) => outcome === 'fails').map(({ step }) => step)).toEqual([
      'enabled',
      'resource',
      'granted',
      'assigned',
    ]);
  });

  it('are unknown where tenant parts were not read', () => {
    const application = asking({ of: microsoftGraph, scopes: [userRead] });
    const app = anApp('Portal', { application, servicePrincipal: { appRoleAssignmentRequired: true } });
    const { steps, firstFailure } = reachabilityOf(asApp(app), caseTenant);
    expect(firstFailure).toBeUndefined();
    expect(Object.fromEntries(steps.map(({ step, outcome }) => [step, outcome]))).toEqual({
      servicePrincipal: 'ok',
      enabled: 'ok',
      declared: 'ok',
      resource: 'unknown',
      published: 'unknown',
      delegated: 'unknown',
      granted: 'unknown',
      assigned: 'unknown',
    });
  });

  it('that need the service principal are unknown if it is missing', () => {
    const { steps, firstFailure } = reach({ app: anApp('Portal', { servicePrincipal: null }) });
    expect(firstFailure?.step).toBe('servicePrincipal');
    expect(steps.filter(({ outcome }) => outcome === 'unknown').map(({ step }) => step)).toEqual([
      'enabled',
      'granted',
      'assigned',
    ]);
  });

  it.each([
    ['the service principal of an API', { scopes: [userRead] }, 'resource', false],
    ['an application permission', { roles: [mailSend] }, 'appRoleAssignment', true],
  ] as const)('rest on an absence until a direct lookup of %s', (_name, need, absence, resources) => {
    const app = anApp('Portal', { application: asking({ of: microsoftGraph, ...need }) });
    const index = new ResourceIndex();
    if (resources && microsoftGraph.servicePrincipal) index.add(microsoftGraph.servicePrincipal);
    const { firstFailure } = reachabilityOf(asApp(app), {
      ...tenantOfCase({ name: '', app, violations: [] }),
      resources: index,
      appRoleAssignments: new AppRoleAssignmentIndex(),
    });
    expect(firstFailure?.failures[0]?.restsOnAbsenceOf).toBe(absence);
  });

  it('rest on an absent classification until a direct lookup', () => {
    const app = anApp('Portal', { application: asking({ of: microsoftGraph, scopes: [userRead] }) });
    const permissionGrantPoliciesAssigned = ['ManagePermissionGrantsForSelf.microsoft-user-default-low'];
    const tenant = {
      authorizationPolicy: { id: '', defaultUserRolePermissions: { permissionGrantPoliciesAssigned } },
      permissionClassifications: new ClassificationIndex(),
    };
    const { firstFailure } = reach({ app, tenant });
    expect(firstFailure?.failures[0]?.restsOnAbsenceOf).toBe('classification');
  });
});

describe('an API whose owner is this tenant, with the id in capitals,', () => {
  it('rests on absent preauthorized clients until a direct lookup', () => {
    const scope = aScope('Pay', { type: 'Admin' });
    const api = anApp('Payments API', {
      servicePrincipal: {
        appOwnerOrganizationId: caseTenant.id.toUpperCase(),
        oauth2PermissionScopes: [scope],
      },
    });
    const app = anApp('Portal', { application: asking({ of: api, scopes: [scope] }) });
    const resources = new ResourceIndex();
    if (api.servicePrincipal) resources.add(api.servicePrincipal);
    const { firstFailure } = reachabilityOf(asApp(app), {
      ...tenantOfCase({ name: '', app, violations: [] }),
      resources,
    });
    expect(firstFailure?.failures[0]?.restsOnAbsenceOf).toBe('preAuthorization');
  });
});

describe('grants', () => {
  const grant = (scope: string, consentType = 'AllPrincipals') => ({
    clientId: 'c',
    resourceId: 'r',
    consentType,
    scope,
  });

  it('are combined, and compared without regard to case and blanks', () => {
    const grants = new GrantIndex([grant('  User.Read  Mail.Read'), grant('Files.Read'), grant('x', 'Principal')]);
    expect([...grants.of('c', 'r').tenantWide].sort()).toEqual(['files.read', 'mail.read', 'user.read']);
    expect(grants.of('c', 'r').someUsers).toBe(true);
    expect(grants.of('c', 'other')).toEqual({ tenantWide: new Set(), someUsers: false });
  });

  it('of users are not grants for the tenant', () => {
    const grants = new GrantIndex([grant('User.Read', 'Principal')]);
    expect(grants.of('c', 'r')).toMatchObject({ tenantWide: new Set(), someUsers: true });
    expect(grants.anyOf('c')).toBe(true);
  });

  it('of one client on several APIs are separate', () => {
    const grants = new GrantIndex([grant('A'), { ...grant('B'), resourceId: 's' }, grant('C')]);
    expect([...grants.of('c', 'r').tenantWide]).toEqual(['a', 'c']);
    expect([...grants.of('c', 's').tenantWide]).toEqual(['b']);
  });
});

describe('first-party apps', () => {
  const microsoft = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';
  it.each([
    ['an owner that is Microsoft', { appId: 'a', appOwnerOrganizationId: microsoft.toUpperCase() }, {}, true],
    ['a well-known appId without an owner', { appId: microsoftGraph.appId, appOwnerOrganizationId: null }, {}, true],
    ['another owner', { appId: 'a', appOwnerOrganizationId: 'b' }, {}, false],
    ['an owner from the settings', { appId: 'a', appOwnerOrganizationId: 'b' }, { tenantIds: ['b'] }, true],
    ['an appId from the settings', { appId: 'A', appOwnerOrganizationId: 'b' }, { appIds: ['a'] }, true],
    [
      'the scanned tenant as owner: it is not first-party',
      { appId: 'a', appOwnerOrganizationId: caseTenant.id },
      { appIds: ['a'] },
      false,
    ],
    [
      'the scanned tenant as owner, in capitals: it is not first-party',
      { appId: 'a', appOwnerOrganizationId: caseTenant.id.toUpperCase() },
      { appIds: ['a'] },
      false,
    ],
    [
      'an owner from the settings, in capitals',
      { appId: 'a', appOwnerOrganizationId: 'B' },
      { tenantIds: ['b'] },
      true,
    ],
  ])('are detected by %s', (_name, of, settings, expected) => {
    expect(isFirstParty(of, caseTenant.id, { appIds: [], tenantIds: [], ...settings })).toBe(expected);
  });

  it('are the apps of the tenant itself where Microsoft owns the tenant', () => {
    expect(isFirstParty({ appId: 'a', appOwnerOrganizationId: microsoft }, microsoft)).toBe(false);
    expect(isFirstParty({ appId: 'a', appOwnerOrganizationId: microsoft }, microsoft.toUpperCase())).toBe(false);
  });
});

it('a step without a failure has its own name and outcome, also with the text of another', () => {
  const steps = [ok('enabled', 'One text.'), unknown('enabled', 'One text.'), ok('granted', 'One text.')];
  expect(steps.map(({ step, outcome }) => [step, outcome])).toEqual([
    ['enabled', 'ok'],
    ['enabled', 'unknown'],
    ['granted', 'ok'],
  ]);
});
