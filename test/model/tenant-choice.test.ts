import { describe, expect, it } from '@jest/globals';
import { chosenTenant, namedTenants, readOnlyReason } from '../../src/model/tenant/tenant-choice.js';

const ids = (count: number) =>
  Array.from({ length: count }, (_, i) => `aaaaaaaa-0000-4000-8000-${`${i}`.padStart(12, '0')}`);
const [a = '', b = '', c = ''] = ids(3);

describe('the chosen tenant', () => {
  it.each([
    ['one tenant that only Graph names', {}, undefined, undefined],
    ['one tenant in the settings', { tenantId: a }, undefined, a],
    ['one tenant, with a request for another', { tenantId: a }, b, b],
    ['a list of one', { tenantId: b, tenantIds: [a] }, undefined, a],
    ['several, with a request for one', { tenantIds: [a, b] }, b.toUpperCase(), b],
  ])('is right for %s', (_, settings, asked, chosen) => {
    expect(chosenTenant({ tenantIds: [], ...settings }, asked)).toBe(chosen);
  });

  it.each([
    ['several, without a request', [a, b], undefined, 'Name one of them'],
    ['several, with a request for another', [a, b], c, 'is not a tenant of this installation'],
    ['a list of one, with a request for another', [a], c, 'is not a tenant of this installation'],
  ])('is rejected for %s', (_, tenantIds, asked, fault) => {
    expect(() => chosenTenant({ tenantIds, tenantId: c }, asked)).toThrow(
      expect.objectContaining({
        code: 'usage-invalid',
        message: expect.stringContaining(fault),
        remedy: expect.stringContaining(tenantIds.join(', ')),
      }),
    );
  });

  it('is requested with a list of at most 30 ids', () => {
    expect(() => chosenTenant({ tenantIds: ids(300) }, undefined)).toThrow(
      expect.objectContaining({ remedy: expect.stringMatching(/000000000029 and 270 more\.$/) }),
    );
  });
});

it.each([
  ['no tenant where only Graph names it', {}, []],
  ['the only tenant', { tenantId: a }, [a]],
  ['the tenants of the list without the home tenant', { tenantId: c, tenantIds: [a, b] }, [a, b]],
])('the settings name %s', (_, settings, named) => {
  expect(namedTenants({ tenantIds: [], ...settings })).toEqual(named);
});

describe('a tenant that can be changed', () => {
  it.each([
    ['is the only tenant, which Graph names', {}, a, true],
    ['is the only tenant, which the settings name', { tenantId: a }, a, true],
    ['is no other tenant than the one in the settings', { tenantId: a }, b, false],
    ['is the home tenant among several', { tenantId: a, tenantIds: [a, b] }, a, true],
    ['is no customer’s tenant', { tenantId: a, tenantIds: [a, b] }, b, false],
    ['is none of several where no home tenant is set', { tenantIds: [a, b] }, a, false],
  ])('%s', (_, settings, tenantId, writable) => {
    expect(readOnlyReason({ tenantIds: [], ...settings }, tenantId) === undefined).toBe(writable);
  });
});
