import { describe, expect, it } from '@jest/globals';
import { isSameChange, missingKeys } from '../../src/model/remediation/compare-plans.js';
import type { GraphWrite } from '../../src/model/remediation/graph-write.js';
import type { Plan } from '../../src/model/remediation/remediation.js';

const key = (keyId: string) => ({ keyId, type: 'Symmetric' });
const write = (keys: unknown, more: Partial<GraphWrite> = {}): GraphWrite[] => [
  { method: 'PATCH', path: '/applications/1', body: { keyCredentials: keys }, ...more },
];

describe('the requests of a new plan', () => {
  it.each<[string, readonly GraphWrite[], readonly GraphWrite[], readonly string[] | undefined]>([
    ['are equal', write([key('a'), key('b')]), write([key('a'), key('b')]), []],
    ['are equal in another order of keys', write([key('a'), key('b')]), write([key('b'), key('a')]), []],
    ['lack a kept key', write([key('a'), key('b')]), write([key('a')]), ['b']],
    ['keep another key', write([key('a')]), write([key('a'), key('b')]), undefined],
    ['keep another key instead', write([key('a')]), write([key('b')]), undefined],
    ['keep a key with another property', write([key('a')]), write([{ ...key('a'), usage: 'Sign' }]), undefined],
    ['lack a key without a keyId', write([{ type: 'Symmetric' }]), write([]), undefined],
    ['keep a key once instead of twice', write([key('a'), key('a')]), write([key('a')]), ['a']],
    ['have another path', write([]), write([], { path: '/applications/2' }), undefined],
    ['have another method', write([]), write([], { method: 'PUT' }), undefined],
    ['set another property', write([]), write([], { body: { keyCredentials: [], tags: [] } }), undefined],
    ['set no keys any more', write([key('a')]), write(undefined), undefined],
    ['are more', write([]), [...write([]), ...write([])], undefined],
    ['are fewer', write([]), [], undefined],
    ['set other members than keys', write(undefined), write(undefined), []],
  ])('%s', (_name, approved, fresh, missing) => {
    expect(missingKeys(approved, fresh)).toEqual(missing);
  });
});

describe('two plans make the same change', () => {
  const plan: Plan = { requests: write([]), irreversible: true, warnings: ['w'], guard: { removed: key('a') } };

  it('with other requests', () => expect(isSameChange(plan, { ...plan, requests: [] })).toBe(true));

  it.each<[string, Partial<Plan>]>([
    ['guards', { guard: {} }],
    ['warnings', { warnings: [] }],
    ['reversibility', { irreversible: false }],
  ])('not with other %s', (_name, change) => expect(isSameChange(plan, { ...plan, ...change })).toBe(false));
});
