import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { requirementsOf } from '../../src/model/reachability/client-steps.js';
import type { ReachableApp } from '../../src/model/reachability/reachability.js';

const permission = fc.record({ id: fc.uuid(), type: fc.constantFrom('Scope', 'Role', 'scope', 'Unknown') });
const applications = fc.array(
  fc.array(fc.record({ resourceAppId: fc.uuid(), resourceAccess: fc.array(permission, { maxLength: 3 }) }), {
    maxLength: 3,
  }),
  { minLength: 1, maxLength: 4 },
);

/** What Graph documents, in other words than the code under test. */
function documented(access: Parameters<typeof appWith>[0]) {
  const idsOf = (entry: (typeof access)[number], kind: string) =>
    entry.resourceAccess.filter(({ type }) => type.toLowerCase() === kind).map(({ id }) => id);
  return access
    .map((entry) => ({
      resourceAppId: entry.resourceAppId,
      scopes: idsOf(entry, 'scope'),
      roles: idsOf(entry, 'role'),
    }))
    .filter(({ scopes, roles }) => scopes.length + roles.length > 0);
}

function appWith(
  requiredResourceAccess: { resourceAppId: string; resourceAccess: { id: string; type: string }[] }[],
): Pick<ReachableApp, 'application'> {
  return { application: { requiredResourceAccess } } as unknown as ReachableApp;
}

it('returns the requirements of each application, whatever was asked before', () => {
  fc.assert(
    fc.property(applications, fc.array(fc.nat(3), { maxLength: 12 }), (all, order) => {
      const apps = all.map(appWith);
      for (const one of order.map((number) => number % all.length))
        expect(requirementsOf(apps[one] as ReachableApp)).toEqual(documented(all[one] ?? []));
    }),
  );
});

it('an application without the property requires nothing', () => {
  expect(requirementsOf({ application: undefined })).toEqual([]);
});
