import { describe, expect, it } from '@jest/globals';
import { chosenTenant, namedTenants, readOnlyReason } from '../../src/model/tenant/tenant-choice.js';

const ids = (count: number) =>
  Array.from({ length: count }, (_, i) => `aaaaaaaa-0000-4000-8000-${`${i}`.padStart(12, '0')}`);
const [a = '', b = '', c = ''] = ids(3);

describe('the tenant to work on', () => {
  it.each([
    ['one tenant that Graph tells', {}, undefined, undefined],
    ['one tenant that is set', { tenantId: a }, undefined, a],
    ['one tenant, and another that is asked for', { tenantId: a }, b, b],
    ['a list of one', { tenantId: b, tenantIds: [a] }, undefined, a],
    ['several, one of which is asked for', { tenantIds: [a, b] }, b.toUpperCase(), b],
  ])('of %s', (_, settings, asked, chosen) => {
    expect(chosenTenant({ tenantIds: [], ...settings }, asked)).toBe(chosen);
  });

  it.each([
    ['several, and none is asked for', [a, b], undefined, 'none was named'],
    ['several, and another is asked for', [a, b], c, 'none of the tenants'],
    ['a list of one, and another is asked for', [a], c, 'none of the tenants'],
  ])('must be one of %s', (_, tenantIds, asked, fault) => {
    expect(() => chosenTenant({ tenantIds, tenantId: c }, asked)).toThrow(
      expect.objectContaining({
        code: 'usage-invalid',
        message: expect.stringContaining(fault),
        remedy: expect.stringContaining(tenantIds.join(', ')),
      }),
    );
  });

  it('is asked for with a list that a person can look through', () => {
    expect(() => chosenTenant({ tenantIds: ids(300) }, undefined)).toThrow(
      expect.objectContaining({ remedy: expect.stringMatching(/000000000029 and 270 more\.$/) }),
    );
  });
});

it.each([
  ['none where Graph tells the one there is', {}, []],
  ['the only tenant', { tenantId: a }, [a]],
  ['those of the list, and not the home tenant beside it', { tenantId: c, tenantIds: [a, b] }, [a, b]],
])('the settings name %s', (_, settings, named) => {
  expect(namedTenants({ tenantIds: [], ...settings })).toEqual(named);
});

describe('a tenant can be changed', () => {
  it.each([
    ['the only tenant, which Graph tells', {}, a, true],
    ['the only tenant, which is set', { tenantId: a }, a, true],
    ['another than the one that is set', { tenantId: a }, b, false],
    ['the home tenant among several', { tenantId: a, tenantIds: [a, b] }, a, true],
    ['a customer’s tenant', { tenantId: a, tenantIds: [a, b] }, b, false],
    ['one of several where no home tenant is set', { tenantIds: [a, b] }, a, false],
  ])('%s', (_, settings, tenantId, writable) => {
    expect(readOnlyReason({ tenantIds: [], ...settings }, tenantId) === undefined).toBe(writable);
  });
});
