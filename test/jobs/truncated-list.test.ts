import { afterEach, describe, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import {
  aGrant,
  anAppRole,
  anAppRoleAssignment,
  aScope,
  asking,
  aUserAssignment,
  mailSend,
  microsoftGraph,
  userReadAll,
} from '../../src/rules/testing/case-apis.js';
import { anApp, type CaseApp, cleanTenantParts } from '../../src/rules/testing/cases.js';
import type { Fault, FaultKind } from '../../src/simulator/faults/fault.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const count = 40;
const each = <T>(make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n));

const clients = each((n) =>
  anApp(`Client ${n}`, { application: asking({ of: microsoftGraph, scopes: [userReadAll] }) }),
);
const robots = each((n) => anApp(`Robot ${n}`, { application: asking({ of: microsoftGraph, roles: [mailSend] }) }));
/** Declares nothing, and works by a grant. */
const dynamic = anApp('Dynamic Portal', {
  application: { requiredResourceAccess: [], web: { redirectUris: ['https://dynamic.woodgrove.example'] } },
});
/** Acts for the users of a client that has a grant. */
const middleTier = anApp('Contracts API', {
  application: {
    ...asking({ of: microsoftGraph, scopes: [userReadAll] }),
    web: null,
    api: { oauth2PermissionScopes: [aScope('Contracts.Read')] },
  } as never,
  servicePrincipal: { oauth2PermissionScopes: [aScope('Contracts.Read')] },
});
const client = anApp('Contracts Portal', {
  application: asking({ of: middleTier, scopes: [aScope('Contracts.Read')] }),
});
const restricted = anApp('Vault Keys', { servicePrincipal: { appRoleAssignmentRequired: true } });

/** Its only assignment is that of a client, which the list for the client's role shows. */
const batch = anApp('Batch API', {
  servicePrincipal: { appRoleAssignmentRequired: true, appRoles: [anAppRole('Batch.Run')] },
});
const batchClient = anApp('Batch Client', { application: asking({ of: batch, roles: [anAppRole('Batch.Run')] }) });

const apps: CaseApp[] = [...clients, ...robots, dynamic, middleTier, client, restricted, batch, batchClient];
/** They fill the first page of a list of 999. */
const others = Array.from({ length: 1_000 }, (_, n) => `0000${n + 1_000}-0000-4000-8000-000000000000`);
const anyGrant = aGrant(dynamic, microsoftGraph, [userReadAll]);
const anyAssignment = anAppRoleAssignment(dynamic, microsoftGraph, mailSend);
const otherGrants = others.map((clientId) => ({ ...anyGrant, clientId }));
const otherAssignments = others.map((principalId) => ({ ...anyAssignment, principalId }));

const grants = [
  ...otherGrants,
  ...clients.map((one) => aGrant(one, microsoftGraph, [userReadAll])),
  aGrant(dynamic, microsoftGraph, [userReadAll]),
  aGrant(middleTier, microsoftGraph, [userReadAll]),
  aGrant(client, middleTier, [aScope('Contracts.Read')]),
];
const assignments = [
  ...otherAssignments,
  ...robots.map((one) => anAppRoleAssignment(one, microsoftGraph, mailSend)),
  aUserAssignment(restricted),
  anAppRoleAssignment(batchClient, batch, anAppRole('Batch.Run')),
];

/** All that is asked for is granted. Users cannot consent. */
const tenantWith = (given = { grants, assignments }) =>
  simulatedTenantOf(apps, { ...cleanTenantParts, ...noUserConsent }, { objects: 0, seed: 1 }, given);
const noUserConsent: Partial<typeof cleanTenantParts> = {
  authorizationPolicy: {
    id: 'authorizationPolicy',
    defaultUserRolePermissions: { permissionGrantPoliciesAssigned: [] },
  },
};

const listings = /^\/oauth2PermissionGrants\?\$select/;
const assignedTo = /\/appRoleAssignedTo\?/;

const order = (fault: FaultKind, path: RegExp) =>
  laptop.simulator.order({ ...fault, match: { path }, times: Number.POSITIVE_INFINITY } as Fault);

describe('a list without a count that lost entries', () => {
  const truncations: [string, FaultKind, RegExp][] = [
    ['a listing of grants without its next link', { kind: 'no-next-link' }, listings],
    ['a listing of grants with an empty page', { kind: 'empty-page-skip' }, listings],
    ['an empty listing of grants', { kind: 'status', status: 200, body: { value: [] } }, listings],
    ['assignments to an API without their next link', { kind: 'no-next-link' }, assignedTo],
    [
      'assignments to an API with an empty page',
      { kind: 'empty-page-skip' },
      /appRoleAssignedTo\?\$select=principalId/,
    ],
  ];

  it.each(truncations)('%s: no finding is created', async (_name, fault, path) => {
    laptop = await aLaptop({ tenant: tenantWith() });
    order(fault, path);
    const scan = await laptop.scan();
    expect(await laptop.stored()).toEqual([]);
    expect(scan).toMatchObject({ status: 'complete', findings: { new: 0 } });
  });

  it.each(truncations)('%s: what is not granted is found, and never resolved', async (_name, fault, path) => {
    laptop = await aLaptop(
      { tenant: tenantWith({ grants: otherGrants, assignments: otherAssignments }) },
      {},
      { graphCalls: { pageSize: 10 } },
    );
    order(fault, path);
    const { findings } = await laptop.scan();
    expect(findings.new).toBeGreaterThan(2 * count);
    expect(await laptop.scan()).toMatchObject({ status: 'complete', findings: { open: findings.new, resolved: 0 } });
  });

  it('a full page of the permissions of a client without its next link: the finding is undetermined', async () => {
    const roles = Array.from({ length: 1_200 }, (_, n) => anAppRole(`Role.${n}`));
    const api = anApp('Roles API', { servicePrincipal: { appRoles: roles } });
    const robot = anApp('Robot', { application: asking({ of: api, roles: roles.slice(-1) }) });
    const held = roles.map((role) => anAppRoleAssignment(robot, api, role));
    const tenant = simulatedTenantOf([api, robot], undefined, undefined, { grants: [], assignments: held });
    laptop = await aLaptop({ tenant });
    order({ kind: 'no-next-link' }, /appRole/);
    expect(await laptop.scan()).toMatchObject({ status: 'complete', findings: { new: 0 } });
  });
});
