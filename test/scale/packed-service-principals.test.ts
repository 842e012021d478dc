import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ServicePrincipalList } from '../../src/scale/packed-service-principals.js';

const properties = ['accountEnabled', 'tags', 'keyCredentials', 'passwordCredentials'];
/** Few ids, so that several service principals have the same `appId`; capitals and other forms come back as they were. */
const anId = fc.oneof(fc.uuid(), fc.constantFrom('', 'legacy', 'ABCDEF00-1111-4111-8111-11111111111A'));
const principal = fc.record({
  id: anId,
  appId: anId,
  displayName: fc.string({ unit: 'binary' }),
  accountEnabled: fc.constantFrom(true, false, null, undefined),
  tags: fc.array(fc.constantFrom('HideApp', 'ü'), { maxLength: 2 }),
  keyCredentials: fc.array(fc.record({ keyId: fc.uuid() }), { maxLength: 1 }),
  passwordCredentials: fc.array(fc.record({ keyId: fc.uuid() }), { maxLength: 1 }),
});

describe('a list of service principals', () => {
  it('returns all of them whole, in order, also those with the same appId, and has none afterwards', () => {
    fc.assert(
      fc.property(fc.array(principal), fc.array(principal), (first, second) => {
        const list = new ServicePrincipalList(properties);
        for (const some of [first, second]) {
          for (const one of some) list.push(one);
          expect([...list.takeAll()]).toEqual(some);
          expect([...list.takeAll()]).toEqual([]);
        }
      }),
    );
  });

  it('keeps what is added while it is taken for the next time', () => {
    const list = new ServicePrincipalList([]);
    const some = (name: string) => [1, 2, 3].map((n) => ({ id: `${name}${n}`, appId: 'a', displayName: name }));
    for (const one of some('first')) list.push(one);
    const taken: unknown[] = [];
    for (const one of list.takeAll()) {
      // More than were taken: none of those that follow may be replaced.
      if (taken.length === 0) for (const added of some('second')) list.push(added);
      taken.push(one);
    }
    expect(taken).toEqual(some('first'));
    expect([...list.takeAll()]).toEqual(some('second'));
  });

  it('holds thousands', () => {
    const list = new ServicePrincipalList(['accountEnabled']);
    const all = Array.from({ length: 5_000 }, (_, n) => ({
      id: `00000000-0000-4000-8000-${`${n}`.padStart(12, '0')}`,
      appId: `00000000-0000-4000-9000-${`${n}`.padStart(12, '0')}`,
      displayName: `App ${n}`,
      accountEnabled: n % 2 === 0,
    }));
    for (const one of all) list.push(one);
    expect([...list.takeAll()]).toEqual(all);
  });
});
