import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GrantIndex, type PermissionGrant } from '../../src/model/tenant/grants.js';

const guids = (first: string, most: number) =>
  fc.integer({ min: 0, max: most }).map((n) => `${first}0000000-0000-4000-8000-${`${n}`.padStart(12, '0')}`);
const grant: fc.Arbitrary<PermissionGrant> = fc.record({
  clientId: guids('c', 30),
  resourceId: guids('a', 4),
  consentType: fc.constantFrom('AllPrincipals', 'Principal'),
  scope: fc.constantFrom(null, '', ' User.Read', 'User.Read Mail.Read', 'files.read'),
});

/** The expected answer, from the grants themselves. */
function expectedOf(grants: readonly PermissionGrant[], clientId: string, resourceId: string) {
  const some = grants.filter((one) => one.clientId === clientId && one.resourceId === resourceId);
  const forAll = some.filter(({ consentType }) => consentType === 'AllPrincipals');
  const values = forAll.flatMap(({ scope }) => (scope ?? '').toLowerCase().split(' ').filter(Boolean));
  return { tenantWide: new Set(values), someUsers: some.length > forAll.length };
}

describe('the index of grants', () => {
  it('gives the same answer as the list of grants, in any order', () => {
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 60 }), guids('c', 31), guids('a', 5), (grants, client, resource) => {
        const index = new GrantIndex(grants);
        for (const { clientId, resourceId } of [...grants, { clientId: client, resourceId: resource }]) {
          expect(index.of(clientId, resourceId)).toEqual(expectedOf(grants, clientId, resourceId));
        }
        expect(index.anyOf(client)).toBe(grants.some(({ clientId }) => clientId === client));
        expect(index.anyOn(resource)).toBe(grants.some(({ resourceId }) => resourceId === resource));
      }),
    );
  });

  it('stays exact when it grows beyond its first capacity', () => {
    const id = (n: number) => `${`${n}`.padStart(8, '0')}-0000-4000-8000-000000000000`;
    const grants = Array.from({ length: 9000 }, (_, n) => ({
      clientId: id(n % 3000),
      resourceId: id(n % 4),
      consentType: 'AllPrincipals',
      scope: `p${n % 7}`,
    }));
    const index = new GrantIndex(grants);
    const values = (n: number) => [...index.of(id(n % 3000), id(n % 4)).tenantWide];
    expect(grants.every(({ scope }, n) => values(n).includes(scope))).toBe(true);
  });
});
