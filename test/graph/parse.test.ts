import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  applicationReader,
  MalformedObject,
  readOrSetAside,
  servicePrincipalReader,
} from '../../src/graph/reads/parse.js';
import { applicationKinds } from '../../src/graph/reads/properties.js';
import type { ApplicationProperty } from '../../src/model/entra/app.js';
import { UnreadableObject } from '../../src/model/entra/unreadable-object.js';

const identity = { id: 'o1', appId: 'a1', displayName: 'Payroll Sync' };
const key = {
  keyId: 'k1',
  type: 'Symmetric',
  usage: 'Sign',
  displayName: null,
  customKeyIdentifier: 'VGVzdA==',
  startDateTime: '2019-03-01T00:00:00.1234567Z',
  endDateTime: '2029-03-01T00:00:00Z',
};
const password = { keyId: 'p1', displayName: 'ci', startDateTime: key.startDateTime, endDateTime: key.endDateTime };

describe('an object of a page', () => {
  it('is reduced to its identity and the selected properties', () => {
    const read = applicationReader(['signInAudience']);
    expect(read({ ...identity, signInAudience: 'AzureADMyOrg', tags: ['x'], '@odata.id': 'y' })).toEqual({
      ...identity,
      signInAudience: 'AzureADMyOrg',
    });
  });

  it('has an empty display name if Graph has none', () => {
    expect(applicationReader([])({ ...identity, displayName: null }).displayName).toBe('');
    expect(applicationReader([])({ id: 'o1', appId: 'a1' }).displayName).toBe('');
  });

  it('keeps the members of credentials in the model, dates as text, and unknown types', () => {
    const read = servicePrincipalReader(['keyCredentials', 'passwordCredentials']);
    const raw = { ...identity, keyCredentials: [{ ...key, type: 'Novel' }], passwordCredentials: [password] };
    expect(read(raw)).toEqual(raw);
  });

  it('loses key, secretText, hint and unknown members', () => {
    const read = applicationReader(['keyCredentials', 'passwordCredentials']);
    const secrets = { key: 'SECRET', secretText: 'SECRET', hint: 'SEC', hasExtendedValue: 'SECRET' };
    const object = read({
      ...identity,
      keyCredentials: [{ ...key, ...secrets }],
      passwordCredentials: [{ ...password, ...secrets, customKeyIdentifier: 'SECRET' }],
    });
    expect(object).toEqual({ ...identity, keyCredentials: [key], passwordCredentials: [password] });
  });

  it('is the same when the reader may reuse the raw object, with or without unknown members', () => {
    const secrets = { key: 'SECRET', secretText: 'SECRET', hint: 'SEC' };
    const properties = ['keyCredentials', 'signInAudience', 'passwordCredentials'] as const;
    const rawOf = (more: object) => ({
      ...identity,
      displayName: null,
      signInAudience: 'AzureADMyOrg',
      keyCredentials: [{ ...key, ...secrets }],
      passwordCredentials: [],
      ...more,
    });
    for (const more of [{}, { tags: ['x'], secretText: 'SECRET' }, JSON.parse('{"__proto__":{"tags":["x"]}}')]) {
      const reused = applicationReader(properties, true)(rawOf(more));
      expect(reused).toEqual(applicationReader(properties)(rawOf(more)));
      expect(Object.keys(reused).sort()).toEqual(['appId', 'displayName', 'id', ...properties].sort());
      expect(JSON.stringify(reused)).not.toContain('SEC');
    }
    const raw = rawOf({});
    expect(applicationReader(properties, true)(raw)).toBe(raw);
    expect(applicationReader(properties)(raw)).not.toBe(raw);
  });

  it('shares one frozen empty array for collections that are empty', () => {
    const read = applicationReader(['keyCredentials', 'passwordCredentials', 'tags']);
    const object = read({ ...identity, keyCredentials: [], passwordCredentials: [], tags: [] });
    expect(object.keyCredentials).toEqual([]);
    expect(object.keyCredentials).toBe(object.passwordCredentials);
    expect(object.keyCredentials).toBe(object.tags);
    expect(Object.isFrozen(object.keyCredentials)).toBe(true);
  });

  it.each([undefined, null])('has its object id as appId if it is a service principal with the appId %s', (appId) => {
    expect(servicePrincipalReader([])({ ...identity, appId })).toEqual({ ...identity, appId: 'o1' });
  });

  it('keeps null in properties that are not collections', () => {
    const read = servicePrincipalReader(['accountEnabled', 'servicePrincipalType', 'info']);
    const raw = { ...identity, accountEnabled: null, servicePrincipalType: null, info: null };
    expect(read(raw)).toEqual(raw);
  });
});

describe('a malformed object', () => {
  const valid = {
    ...identity,
    keyCredentials: [],
    tags: [],
    api: {},
    signInAudience: 'x',
    oauth2RequirePostResponse: true,
  };
  it.each<[unknown, string]>([
    [null, 'application: it is null'],
    [[], 'application: it is an array'],
    [{ ...valid, id: undefined }, 'application: id is absent'],
    [{ ...valid, id: '' }, 'application: id is empty'],
    [{ ...valid, appId: null }, 'application o1: appId is null'],
    [{ ...valid, displayName: 7 }, 'application o1: displayName is of type number'],
    [{ ...valid, signInAudience: 7 }, 'application o1: signInAudience is of type number'],
    [{ ...valid, oauth2RequirePostResponse: 'true' }, 'application o1: oauth2RequirePostResponse is of type string'],
    [{ ...valid, api: [] }, 'application o1: api is an array'],
    [{ ...valid, tags: 'x' }, 'application o1: tags is of type string'],
    [{ ...valid, tags: [1] }, 'application o1: tags is an array in the wrong place or with a wrong entry'],
    [{ ...valid, keyCredentials: undefined }, 'application o1: keyCredentials is absent'],
    [{ ...valid, keyCredentials: null }, 'application o1: keyCredentials is null'],
    [{ ...valid, tags: null }, 'application o1: tags is null'],
    [{ ...valid, keyCredentials: {} }, 'application o1: keyCredentials is of type object'],
    [{ ...valid, keyCredentials: [null] }, 'application o1: keyCredentials is an array'],
    [{ ...valid, keyCredentials: [{ ...key, usage: 1 }] }, 'application o1: keyCredentials is an array'],
  ])('%j: %s', (raw, fault) => {
    const read = applicationReader(['keyCredentials', 'tags', 'api', 'signInAudience', 'oauth2RequirePostResponse']);
    expect(() => read(raw)).toThrow(MalformedObject);
    expect(() => read(raw)).toThrow(fault);
  });

  it('has facts: its identity as far as it is usable, and the property, but no value', () => {
    const read = servicePrincipalReader(['tags']);
    const factsOf = (raw: unknown) => {
      const read1 = readOrSetAside(read, raw);
      return read1 instanceof UnreadableObject ? read1.facts : undefined;
    };
    const on = 'servicePrincipal';
    expect(factsOf({ ...identity, tags: 'PLANTED' })).toEqual({ on, property: 'tags', ...identity });
    expect(factsOf({ ...identity, appId: 7, tags: [] })).toEqual({
      on,
      property: 'appId',
      ...identity,
      appId: undefined,
    });
    expect(factsOf({ id: 7 })).toEqual({ on, property: 'id' });
    expect(factsOf('PLANTED')).toEqual({ on, property: 'id' });
    expect(factsOf({ ...identity, tags: [] })).toBeUndefined();
  });

  it('causes no other error, and never keeps a property that was not selected', () => {
    const select = fc.subarray(Object.keys(applicationKinds) as ApplicationProperty[]);
    fc.assert(
      fc.property(
        select,
        fc.dictionary(fc.constantFrom(...Object.keys(applicationKinds)), fc.anything()),
        (names, rest) => {
          try {
            const object = applicationReader(names)({ ...rest, ...identity });
            expect(Object.keys(object).sort()).toEqual(['appId', 'displayName', 'id', ...names].sort());
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedObject);
          }
        },
      ),
    );
  });
});
