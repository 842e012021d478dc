import { afterEach, describe, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import type { RawShape } from '../../src/simulator/schema/projection.js';
import type { CollectionName } from '../../src/simulator/schema/tenant.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const signing = (name: string) => ({ keyCredentials: [aSymmetricSigningKey(name)] });
/** An app with a finding on each half: one of the halves becomes malformed. */
const payroll = anApp('Payroll Sync', {
  // An application for work accounts would be looked up directly, because it needs a service principal.
  application: { signInAudience: 'PersonalMicrosoftAccount', ...signing('payroll-app') },
  servicePrincipal: signing('payroll-sp'),
});
const expense = anApp('Expense Portal', { application: signing('expense') });
const warehouse = anApp('Warehouse API', { servicePrincipal: null });
const tenant = () =>
  simulatedTenantOf([payroll, expense, warehouse], undefined, { objects: 5_000, seed: 3, plantEvery: 100 });

const shapes: [string, CollectionName, string, RawShape][] = [
  ['an absent collection', 'applications', 'requiredResourceAccess', { absent: ['requiredResourceAccess'] }],
  ['a null collection', 'applications', 'requiredResourceAccess', { values: { requiredResourceAccess: null } }],
  ['null credentials', 'applications', 'keyCredentials', { values: { keyCredentials: null } }],
  ['a collection of another type', 'applications', 'keyCredentials', { values: { keyCredentials: 7 } }],
  ['a text of another type', 'applications', 'signInAudience', { values: { signInAudience: 7 } }],
  ['an appId of another type', 'applications', 'appId', { values: { appId: 7 } }],
  ['an absent appId', 'applications', 'appId', { absent: ['appId'] }],
  ['an absent collection', 'servicePrincipals', 'keyCredentials', { absent: ['keyCredentials'] }],
  ['a null collection', 'servicePrincipals', 'passwordCredentials', { values: { passwordCredentials: null } }],
  ['a flag of another type', 'servicePrincipals', 'accountEnabled', { values: { accountEnabled: 'yes' } }],
  ['an appId of another type', 'servicePrincipals', 'appId', { values: { appId: 7 } }],
  ['permissions of another type', 'servicePrincipals', 'appRoles', { values: { appRoles: [7] } }],
];

describe('one malformed object among 5,000', () => {
  it.each(shapes)(
    '%s of %s: all other findings are found and resolved, and the object is named',
    async (_name, collection, property, shape) => {
      laptop = await aLaptop({ tenant: tenant() });
      const half = collection === 'applications' ? payroll.application : payroll.servicePrincipal;
      const { directory } = laptop.simulator;
      const first = await laptop.scan();
      expect(first.status).toBe('complete');
      const before = await laptop.stored();
      const ofPayroll = before.filter(({ appId }) => appId === payroll.appId);
      expect(ofPayroll).toHaveLength(2);

      directory.collection(collection).shapes.set(half?.id ?? '', shape);
      directory.removeKey('applications', expense.application?.id ?? '', aSymmetricSigningKey('expense').keyId ?? '');
      directory.addKey('applications', warehouse.application?.id ?? '');
      const scan = await laptop.scan();

      const kind = collection === 'applications' ? 'application' : 'service principal';
      expect(scan.undetermined).toEqual([{ objectId: half?.id, object: `${kind} Payroll Sync`, property }]);
      expect(scan).toMatchObject({ status: 'incomplete', errors: [{ code: 'graph-malformed' }], notExamined: [] });
      expect(scan.findings).toEqual({ new: 1, open: before.length - 1, resolved: 1, suppressed: 0 });
      const after = await laptop.stored();
      expect(after.filter(({ appId }) => appId === payroll.appId)).toEqual(ofPayroll);
      expect(after.find(({ appId, status }) => appId === expense.appId && status === 'resolved')).toBeDefined();
    },
    60_000,
  );

  it.each(shapes)('%s of %s: a first scan finds everything else', async (_name, collection, _property, shape) => {
    laptop = await aLaptop({ tenant: tenant() });
    const half = collection === 'applications' ? payroll.application : payroll.servicePrincipal;
    laptop.simulator.directory.collection(collection).shapes.set(half?.id ?? '', shape);
    const scan = await laptop.scan();
    const stored = await laptop.stored();
    expect(stored.filter(({ appId }) => appId === payroll.appId)).toEqual([]);
    expect(stored.filter(({ appId }) => appId === expense.appId || appId === warehouse.appId)).toHaveLength(2);
    expect(scan.findings.new).toBe(laptop.simulator.planted().length + 2);
  });

  it('is not blamed on the apps that use it as an API', async () => {
    const [needs, other] = ['11111111-0000-4000-a000-000000000001', '11111111-0000-4000-a000-000000000002'];
    const role = (id: string) => ({ id, value: `Role.${id}`, isEnabled: true, allowedMemberTypes: ['Application'] });
    const api = anApp('Orders API', { servicePrincipal: { appRoles: [role(other)] } });
    const requires = [{ resourceAppId: api.appId, resourceAccess: [{ id: needs, type: 'Role' }] }];
    const client = anApp('Orders Client', { application: { requiredResourceAccess: requires } });
    laptop = await aLaptop({ tenant: simulatedTenantOf([api, client]) });
    await laptop.scan();
    const before = await laptop.stored();
    expect(before.map(({ ruleId, appId }) => [ruleId, appId])).toContainEqual([
      'require-published-permission',
      client.appId,
    ]);
    const { shapes: shown } = laptop.simulator.directory.collection('servicePrincipals');
    shown.set(api.servicePrincipal?.id ?? '', { values: { appRoles: null } });
    const scan = await laptop.scan();
    expect(scan).toMatchObject({ status: 'incomplete', findings: { new: 0, resolved: 0, open: before.length } });
    expect(await laptop.stored()).toEqual(before);
  });
});

describe('a service principal without an appId', () => {
  it.each([[{ absent: ['appId'] }], [{ values: { appId: null } }]] satisfies [RawShape][])(
    '%j: the scan uses its object id, and reports their number',
    async (shape) => {
      const agent = anApp('Helpdesk Agent', {
        application: null,
        servicePrincipal: { accountEnabled: false, ...signing('agent') },
      });
      laptop = await aLaptop({ tenant: simulatedTenantOf([agent, anApp('Loan Desk')]) });
      const id = agent.servicePrincipal?.id ?? '';
      laptop.simulator.directory.collection('servicePrincipals').shapes.set(id, shape);
      expect(await laptop.scan()).toMatchObject({
        status: 'complete',
        undetermined: [],
        notes: [expect.stringMatching(/^1 service principal has no appId/)],
      });
      expect(await laptop.stored()).toMatchObject([
        { ruleId: 'no-symmetric-signing-key', objectId: id, appId: id, remediation: { status: 'proposed' } },
      ]);
    },
  );
});

describe('a value that is not documented', () => {
  const secret = { keyId: 'p1', displayName: null, startDateTime: null, endDateTime: '2024-03-01T00:00:00Z' };
  const api = { resourceAppId: '99999999-0000-4000-8000-000000000001' };
  const values: [string, Parameters<typeof anApp>[1], CollectionName, object][] = [
    [
      'usage null',
      { application: signing('x') },
      'applications',
      { keyCredentials: [aSymmetricSigningKey('x', { usage: null })] },
    ],
    [
      'type null',
      { application: signing('x') },
      'applications',
      { keyCredentials: [aSymmetricSigningKey('x', { type: null })] },
    ],
    ['an audience', { servicePrincipal: null }, 'applications', { signInAudience: 'Novel' }],
    ['a null flag', { servicePrincipal: { accountEnabled: false } }, 'servicePrincipals', { accountEnabled: null }],
    [
      'a usage of a valid key',
      { application: { passwordCredentials: [secret] } },
      'applications',
      { keyCredentials: [aSymmetricSigningKey('x', { usage: 'Novel' })] },
    ],
    [
      'a type of a permission',
      {
        application: {
          requiredResourceAccess: [{ ...api, resourceAccess: [{ id: api.resourceAppId, type: 'Role' }] }],
        },
      },
      'applications',
      { requiredResourceAccess: [{ ...api, resourceAccess: [{ id: api.resourceAppId, type: 'Novel' }] }] },
    ],
  ];
  it.each(values)('(%s) neither resolves nor creates a finding', async (_name, parts, collection, patch) => {
    const app = anApp('Quantum Pilot', parts);
    laptop = await aLaptop({ tenant: simulatedTenantOf([app]) });
    await laptop.scan();
    const before = await laptop.stored();
    expect(before).toHaveLength(1);
    const half = collection === 'applications' ? app.application : app.servicePrincipal;
    laptop.simulator.directory.update(collection, half?.id ?? '', patch);
    expect(await laptop.scan()).toMatchObject({ findings: { new: 0, open: 1, resolved: 0 } });
    expect(await laptop.stored()).toEqual(before);
  });
});

describe('an object that is listed twice', () => {
  const manyApps = () => simulatedTenantOf([payroll], undefined, { objects: 5_000, seed: 3 });
  const { application } = payroll;

  it('is read again if the copies differ: a finding of the second copy only is not created', async () => {
    const harmless = anApp('Harmless');
    laptop = await aLaptop({ tenant: simulatedTenantOf([harmless], undefined, { objects: 5_000, seed: 3 }) });
    const patch = { keyCredentials: [{ ...aSymmetricSigningKey('x') }] };
    laptop.simulator.order({
      kind: 'repeat-object',
      patch: patch as never,
      times: 1,
      match: { path: '/applications' },
    });
    expect(await laptop.scan()).toMatchObject({ status: 'complete', writes: 0 });
  });

  it.each([
    ['stored before', true],
    ['created by the first copy', false],
  ])('does not keep a finding that only its first copy has, %s', async (_name, scannedBefore) => {
    laptop = await aLaptop({ tenant: manyApps() });
    if (scannedBefore) await laptop.scan();
    const { directory } = laptop.simulator;
    laptop.simulator.order({ kind: 'repeat-object', times: 1, match: { path: '/applications' } });
    let changed = false;
    const scan = await laptop.scan({
      // The key is removed after the first copy was judged.
      onProgress: ({ stage }) => {
        if (changed || stage !== 'applications') return;
        changed = true;
        directory.removeKey('applications', application?.id ?? '', aSymmetricSigningKey('payroll-app').keyId ?? '');
      },
    });
    expect(scan.status).toBe('complete');
    const [found] = (await laptop.stored()).filter(({ objectId }) => objectId === application?.id);
    expect(found?.status).toBe('resolved');
  });
});
