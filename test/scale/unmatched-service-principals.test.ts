import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UnmatchedServicePrincipals } from '../../src/scale/unmatched-service-principals.js';

const properties = ['accountEnabled', 'tags', 'servicePrincipalType', 'keyCredentials', 'passwordCredentials'];
const principal = fc.record({
  id: fc.uuid(),
  appId: fc.uuid(),
  displayName: fc.string(),
  accountEnabled: fc.constantFrom(true, false, null, undefined),
  tags: fc.array(fc.constantFrom('HideApp', 'WindowsAzureActiveDirectoryIntegratedApp'), { maxLength: 2 }),
  servicePrincipalType: fc.constantFrom('Application', 'Legacy', null),
  keyCredentials: fc.array(fc.record({ keyId: fc.uuid() }), { maxLength: 1 }),
  passwordCredentials: fc.array(fc.record({ keyId: fc.uuid() }), { maxLength: 1 }),
});
const some = fc.uniqueArray(principal, { selector: ({ appId }) => appId });

describe('unmatched service principals', () => {
  it('are returned whole, once for each application', () => {
    fc.assert(
      fc.property(some, (principals) => {
        const unmatched = new UnmatchedServicePrincipals(properties);
        for (const one of principals) unmatched.add(one);
        for (const one of principals) {
          expect(unmatched.take(one.appId)).toEqual(one);
          expect(unmatched.take(one.appId)).toBeUndefined();
        }
        expect([...unmatched.left()]).toEqual([]);
      }),
    );
  });

  it('are left where no application was read', () => {
    fc.assert(
      fc.property(some, fc.nat(), (principals, cut) => {
        const unmatched = new UnmatchedServicePrincipals(properties);
        for (const one of principals) unmatched.add(one);
        const taken = principals.slice(0, cut % (principals.length + 1));
        for (const { appId } of taken) unmatched.take(appId);
        expect([...unmatched.left()]).toEqual(principals.slice(taken.length));
      }),
    );
  });

  it('are replaced by a newer one with the same appId', () => {
    const unmatched = new UnmatchedServicePrincipals(properties);
    const [before] = fc.sample(principal, 1);
    if (!before) throw new Error('There is no sample.');
    const after = { ...before, id: '11111111-1111-4111-8111-111111111111', displayName: 'newer', accountEnabled: true };
    unmatched.add(before);
    unmatched.add(after);
    expect([...unmatched.left()]).toEqual([after]);
    expect(unmatched.take(before.appId)).toEqual(after);
  });

  it('lose the credentials of the one that they replace', () => {
    const unmatched = new UnmatchedServicePrincipals(properties);
    const one = { id: 'i', appId: 'a', displayName: 'n', tags: [], passwordCredentials: [] };
    unmatched.add({ ...one, keyCredentials: [{ keyId: 'old' }] });
    unmatched.add({ ...one, keyCredentials: [] });
    expect(unmatched.take('a')).toEqual({ ...one, keyCredentials: [] });
  });

  it('stay distinct where a tenant has more combinations of properties than are shared', () => {
    const unmatched = new UnmatchedServicePrincipals(['notes']);
    const ids = Array.from({ length: 10_000 }, (_, n) => `${n}`.padStart(8, '0'));
    const one = (n: string) => ({ id: `i${n}`, appId: `a${n}`, displayName: n, notes: `written by ${n}` });
    for (const n of ids) unmatched.add(one(n));
    expect(ids.map((n) => unmatched.take(`a${n}`))).toEqual(ids.map(one));
  });
});
