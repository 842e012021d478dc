import { afterEach, describe, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import type { Fault } from '../../src/simulator/faults/pending-faults.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

/** Four pages of applications and five of service principals; every hundredth application has a finding. */
const tenant = () => simulatedTenantOf([], undefined, { objects: 8_000, seed: 3, plantEvery: 100 });
const repeatedly = 2;

const truncations: [string, Fault][] = (['applications', 'servicePrincipals'] as const).flatMap(
  (collection): [string, Fault][] => {
    const match = { path: `/${collection}` };
    const nth = (n: number) => ({ path: new RegExp(`^/${collection}\\?.*skiptoken`), nth: n });
    return [
      [`${collection}: a first page without its next link`, { kind: 'no-next-link', times: 99, match }],
      [`${collection}: an empty page that omits its objects`, { kind: 'empty-page-skip', times: 99, match: nth(1) }],
      [`${collection}: a page that is left out`, { kind: 'skip-page', times: 99, match }],
      [`${collection}: all pages but the last`, { kind: 'no-next-link', times: 99, match: nth(2) }],
      [
        `${collection}: an empty listing`,
        {
          kind: 'status',
          status: 200,
          body: { value: [] },
          times: 99,
          match: { path: new RegExp(`^/${collection}\\?`) },
        },
      ],
    ];
  },
);

describe('a listing that lost objects', () => {
  it.each(truncations)(
    '%s: the scan is incomplete, names the difference, and resolves nothing wrongly',
    async (name, fault) => {
      laptop = await aLaptop({ tenant: tenant() });
      await laptop.scan();
      const before = await laptop.stored();
      laptop.simulator.order(fault);
      const scan = await laptop.scan();
      const collection = name.startsWith('applications') ? 'applications' : 'service principals';
      expect(scan.status).toBe('incomplete');
      expect(scan.errors).toEqual([
        {
          code: 'graph-incomplete',
          message: expect.stringMatching(new RegExp(`listing of ${collection} is incomplete.*fewer`)),
        },
      ]);
      const numbers = scan.errors[0]?.message.match(/\d[\d,]*\d|\d/g) ?? [];
      const [counted, read, missing] = numbers.map((text) => Number(text.replaceAll(',', '')));
      expect((counted ?? 0) - (read ?? 0)).toBe(missing);
      expect(scan.findings).toMatchObject({ new: 0, resolved: 0, open: before.length });
      expect(await laptop.stored()).toEqual(before);
    },
    60_000,
  );

  it('is listed once more, and the scan is complete if nothing is missing then', async () => {
    laptop = await aLaptop({ tenant: tenant() });
    laptop.simulator.order({ kind: 'no-next-link', times: 1, match: { path: '/applications' } });
    laptop.simulator.order({ kind: 'empty-page-skip', times: 1, match: { path: '/servicePrincipals' } });
    const scan = await laptop.scan();
    expect(scan).toMatchObject({ status: 'complete', errors: [], counts: laptop.simulator.counts() });
    expect(scan.findings.new).toBe(laptop.simulator.planted().length);
    const counts = laptop.simulator.requests.filter(({ path }) => path.endsWith('$count'));
    expect(counts).toHaveLength(2 * repeatedly);
  });

  it('causes no finding on an application whose service principal it lost', async () => {
    const disabled = anApp('Disabled', {
      application: {
        signInAudience: 'PersonalMicrosoftAccount',
        passwordCredentials: [
          { keyId: 'p', displayName: null, startDateTime: null, endDateTime: '2020-01-01T00:00:00Z' },
        ],
      },
      servicePrincipal: { accountEnabled: false },
    });
    laptop = await aLaptop({ tenant: simulatedTenantOf([disabled, anApp('Loan Desk')]) });
    const first = await laptop.scan();
    laptop.simulator.order({
      kind: 'status',
      status: 200,
      body: { value: [] },
      times: 99,
      match: { path: /^\/servicePrincipals\?/ },
    });
    const scan = await laptop.scan();
    expect(scan).toMatchObject({ status: 'incomplete', findings: { new: 0, open: first.findings.new, resolved: 0 } });
  });
});

describe('an incomplete scan', () => {
  it('resolves what it examined: a finding on a service principal while applications are missing', async () => {
    const app = anApp('Expense Portal', { servicePrincipal: { keyCredentials: [aSymmetricSigningKey('expense')] } });
    const others = Array.from({ length: 3 }, (_, i) => anApp(`Other ${i}`));
    laptop = await aLaptop({ tenant: simulatedTenantOf([app, ...others]) });
    await laptop.scan();
    const [finding] = await laptop.stored();
    laptop.simulator.directory.removeKey('servicePrincipals', finding?.objectId ?? '', finding?.key ?? '');
    laptop.simulator.order({
      kind: 'status',
      status: 200,
      body: '9',
      times: 9,
      match: { path: '/applications/$count' },
    });
    expect(await laptop.scan()).toMatchObject({
      status: 'incomplete',
      errors: [{ code: 'graph-incomplete' }],
      findings: { open: 0, resolved: 1 },
    });
  });

  it('resolves no finding on a collection that lost objects, although it judged the object', async () => {
    const app = anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } });
    laptop = await aLaptop({ tenant: simulatedTenantOf([app, anApp('Loan Desk')]) });
    await laptop.scan();
    const [finding] = await laptop.stored();
    laptop.simulator.directory.removeKey('applications', finding?.objectId ?? '', finding?.key ?? '');
    laptop.simulator.order({
      kind: 'status',
      status: 200,
      body: '9',
      times: 9,
      match: { path: '/applications/$count' },
    });
    expect(await laptop.scan()).toMatchObject({ status: 'incomplete', findings: { open: 1, resolved: 0 } });
    laptop.simulator.clearFaults();
    expect(await laptop.scan()).toMatchObject({ status: 'complete', findings: { open: 0, resolved: 1 } });
  });

  it('resolves no finding of a rule that needs all APIs while service principals are missing', async () => {
    const api = '11111111-0000-4000-a000-000000000009';
    const requires = [{ resourceAppId: api, resourceAccess: [{ id: api, type: 'Role' }] }];
    const client = anApp('Orders Client', {
      application: { requiredResourceAccess: requires, keyCredentials: [aSymmetricSigningKey('orders')] },
    });
    laptop = await aLaptop({ tenant: simulatedTenantOf([client]) });
    await laptop.scan();
    const id = client.application?.id ?? '';
    laptop.simulator.directory.update('applications', id, { requiredResourceAccess: [], keyCredentials: [] });
    const path = '/servicePrincipals/$count';
    laptop.simulator.order({ kind: 'status', status: 200, body: '99', times: 9, match: { path } });
    expect(await laptop.scan()).toMatchObject({ status: 'incomplete', findings: { open: 1, resolved: 1 } });
    expect((await laptop.stored()).map(({ ruleId, status }) => `${ruleId} ${status}`).sort()).toEqual([
      'no-symmetric-signing-key resolved',
      'require-resource-service-principal open',
    ]);
  });

  it('resolves a finding of a rule that it examined while another rule lacks its permission', async () => {
    const app = anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } });
    laptop = await aLaptop({ tenant: simulatedTenantOf([app]) });
    await laptop.scan();
    const [finding] = await laptop.stored();
    laptop.simulator.directory.removeKey('applications', finding?.objectId ?? '', finding?.key ?? '');
    laptop.simulator.roles.revoke('Policy.Read.All');
    expect(await laptop.scan()).toMatchObject({ status: 'incomplete', findings: { resolved: 1, open: 0 } });
  });
});

describe('the number of objects', () => {
  it.each([
    ['is refused', { kind: 'refused', times: 99, match: { path: /\$count$/ } }],
    ['is not a number', { kind: 'status', status: 200, body: '"many"', times: 99, match: { path: /\$count$/ } }],
  ] satisfies [string, Fault][])('%s: the scan is complete, and reports that it was not compared', async (_, fault) => {
    laptop = await aLaptop({ tenant: simulatedTenantOf([anApp('Loan Desk')]) });
    laptop.simulator.order(fault);
    expect(await laptop.scan()).toMatchObject({
      status: 'complete',
      notes: [
        'The scan could not verify completeness: Graph did not return the number of service principals.',
        'The scan could not verify completeness: Graph did not return the number of applications.',
      ],
    });
  });

  it('costs two requests more than the listings', async () => {
    laptop = await aLaptop({ tenant: simulatedTenantOf([anApp('Loan Desk')]) });
    await laptop.scan();
    const listings = laptop.simulator.requests.filter(({ path }) =>
      /^\/(applications|servicePrincipals)(\/\$count)?$/.test(path),
    );
    expect(listings.map(({ path }) => path).sort()).toEqual([
      '/applications',
      '/applications/$count',
      '/servicePrincipals',
      '/servicePrincipals/$count',
    ]);
  });
});
