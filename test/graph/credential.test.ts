import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { claimsOf, createCredential } from '../../src/graph/auth/credential.js';

const local = { IDENTITY_ENDPOINT: 'http://127.0.0.1:4000/msi/token', IDENTITY_HEADER: 'h' };
const clientId = '5f1c0d6e-0000-4000-8000-000000000001';

describe('the credential', () => {
  it('is the managed identity if the platform provides one', () => {
    const environment = { IDENTITY_ENDPOINT: 'http://169.254.130.2:8081/msi/token' };
    expect(createCredential({ simulated: false, environment })).toBeInstanceOf(ManagedIdentityCredential);
    expect(createCredential({ simulated: false, environment, clientId })).toBeInstanceOf(ManagedIdentityCredential);
  });

  it('is otherwise the credential of the signed-in developer', () => {
    expect(createCredential({ simulated: false, environment: {} })).toBeInstanceOf(DefaultAzureCredential);
  });

  it('is the simulated identity for a simulator', () => {
    expect(createCredential({ simulated: true, environment: local })).toBeInstanceOf(ManagedIdentityCredential);
  });

  it.each([
    ['no endpoint: the machine may have a real identity', {}],
    ['an endpoint on another host', { ...local, IDENTITY_ENDPOINT: 'http://169.254.130.2/msi/token' }],
    ['no header, so that the endpoint is not used', { ...local, IDENTITY_HEADER: undefined }],
    ['a federated token, which has precedence', { ...local, AZURE_FEDERATED_TOKEN_FILE: '/var/run/token' }],
  ])('is rejected for a simulator with %s', (_, environment) => {
    expect(() => createCredential({ simulated: true, environment })).toThrow(
      expect.objectContaining({ code: 'config-invalid' }),
    );
  });
});

const jwt = (payload: unknown) => `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`;

describe('claims of a token', () => {
  it('are the known claims with a valid type', () => {
    const payload = { tid: 't', oid: 'o', appid: 'a', upn: 7, roles: ['Application.Read.All', 1], secret: 'x' };
    expect(claimsOf(jwt(payload))).toEqual({ tid: 't', oid: 'o', appid: 'a', roles: ['Application.Read.All'] });
  });

  it.each(['', 'opaque', 'a.b', 'a.b.c', 'e30.bnVsbA.x', 'e30.!!!.x'])('are unknown for %p', (token) => {
    expect(claimsOf(token)).toBeUndefined();
  });

  it('are read without errors from any text, and never contain the token', () => {
    fc.assert(
      fc.property(fc.array(fc.base64String({ minLength: 4 }), { minLength: 1, maxLength: 4 }), (parts) => {
        const claims = claimsOf(parts.join('.'));
        expect(JSON.stringify(claims ?? {})).not.toContain(parts.join('.'));
      }),
    );
  });
});
