import { afterEach, describe, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { AppRule } from '../../src/model/rule/rule.js';
import { rules } from '../../src/rules/index.js';
import { appsOfCase } from '../../src/rules/testing/case-tenant.js';
import { anApp, cleanTenantParts } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { violationsOf } from './judge.js';
import { foreignObjects } from './special-objects/foreign.js';
import { identityObjects } from './special-objects/identities.js';
import { registeredObjects } from './special-objects/registered.js';
import { kinds, type SpecialObject } from './special-objects/special-object.js';

const objects = [...identityObjects, ...foreignObjects, ...registeredObjects];
const appRules = rules.filter((rule): rule is AppRule => rule.on === 'app');
const nameOf = ({ app }: SpecialObject) => app.application?.displayName ?? app.servicePrincipal?.displayName ?? '';

let laptop: Laptop | undefined;
afterEach(async () => {
  await laptop?.close();
  laptop = undefined;
});

describe('the table of special objects', () => {
  it('has at least 60 objects of every kind, each with its documentation', () => {
    expect(objects.length).toBeGreaterThanOrEqual(60);
    expect(new Set(objects.map(({ kind }) => kind))).toEqual(new Set(kinds));
    expect(new Set(objects.map(nameOf)).size).toBe(objects.length);
    for (const { source } of objects) expect(source).toMatch(/^https:\/\/learn\.microsoft\.com\/[^ ]+$/);
  });
});

describe.each(appRules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  it.each(objects.map((object) => [`${object.kind}: ${object.name}`, object] as const))(
    'judges %s',
    (_name, object) => {
      const found = violationsOf(rule, object).map(({ severity }) => severity ?? rule.severity);
      const expected = object.findings[id];
      expect(found).toEqual(expected ? [expected] : []);
    },
  );
});

/** The objects that can be in one tenant: the others need a tenant of their own. */
const together = objects.filter(({ tenant }) => !tenant);

describe('a simulated tenant of the special objects', () => {
  it('has exactly the expected findings', async () => {
    expect(together.length).toBeGreaterThanOrEqual(60);
    const tenant = simulatedTenantOf(together.flatMap(appsOfCase), { ...cleanTenantParts }, undefined, {
      grants: together.flatMap(({ grants = [] }) => grants),
      assignments: together.flatMap(({ assignments = [] }) => assignments),
    });
    laptop = await aLaptop({ tenant });
    const { status, undetermined, errors } = await laptop.scan();
    expect([status, undetermined, errors]).toEqual(['complete', [], []]);
    const found = (await laptop.stored()).map(
      ({ displayName, ruleId, severity }) => `${displayName}: ${ruleId} ${severity}`,
    );
    const expected = together.flatMap((object) =>
      Object.entries(object.findings).map(([ruleId, severity]) => `${nameOf(object)}: ${ruleId} ${severity}`),
    );
    expect(found.sort()).toEqual(expected.sort());
    expect(await laptop.scan()).toMatchObject({ status: 'complete', writes: 0 });
  });

  it('finds a service principal whose application was deleted, until it is restored', async () => {
    const app = anApp('Deleted Claims');
    laptop = await aLaptop({ tenant: simulatedTenantOf([app]) });
    const { directory } = laptop.simulator;
    directory.delete('applications', app.application?.id ?? '');
    directory.restore(app.servicePrincipal?.id ?? '');
    expect((await laptop.scan()).findings).toMatchObject({ new: 1 });
    expect(await laptop.stored()).toMatchObject([
      { ruleId: 'require-application', on: 'servicePrincipal', evidence: { applicationId: app.application?.id } },
    ]);
    directory.restore(app.application?.id ?? '');
    expect((await laptop.scan()).findings).toMatchObject({ open: 0, resolved: 1 });
  });
});
