import { describe, expect, it } from '@jest/globals';
import { appServiceAuthenticator, principalOf } from '../../src/web/auth/app-service.js';
import { loopbackAuthenticator } from '../../src/web/auth/loopback.js';
import { ada, principal, vera } from '../support/web.js';

const requestWith = (headers: Record<string, string> = {}, path = '/') =>
  new Request(`https://consentinel.example${path}`, { headers });
const withPrincipal = (value: string) => requestWith({ 'x-ms-client-principal': value });
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

describe('the authenticator in Azure', () => {
  const authenticator = appServiceAuthenticator({ authenticationEnabled: true });

  it.each([
    ['no principal', requestWith(), 401],
    ['a principal that is not base64 of JSON', withPrincipal('{}}'), 401],
    ['a principal that is null', withPrincipal(base64(null)), 401],
    ['a principal without claims', withPrincipal(base64({ auth_typ: 'aad' })), 401],
    ['a malformed claim', withPrincipal(base64({ auth_typ: 'aad', claims: [null, 7, { typ: 'oid' }] })), 401],
    [
      'a principal without an object id',
      withPrincipal(base64({ auth_typ: 'aad', claims: [{ typ: 'roles', val: 'Consentinel.Approver' }] })),
      401,
    ],
    [
      'an account of another provider',
      withPrincipal(principal('ada', ['Consentinel.Approver'], { auth_typ: 'github' })),
      401,
    ],
    ['a user without a role', withPrincipal(principal('eve@woodgrove.example', [])), 403],
    [
      'a user with a role of another app',
      withPrincipal(principal('eve@woodgrove.example', ['Approver', 'consentinel.approver'])),
      403,
    ],
  ])('rejects %s', (_, request, status) => {
    expect(authenticator.authenticate(request)).toMatchObject({ kind: 'rejected', status });
  });

  it.each([ada, vera])(
    'rejects every request where App Service authentication is off, because a client can forge the header',
    (who) => {
      expect(appServiceAuthenticator({ authenticationEnabled: false }).authenticate(withPrincipal(who))).toMatchObject({
        kind: 'rejected',
        status: 403,
      });
    },
  );

  it.each(['/api/health', '/API/Health', '/api/health/../health', '/api/health/findings'])(
    'rejects a request to the path that App Service does not authenticate: %s',
    (path) => {
      expect(authenticator.authenticate(requestWith({ 'x-ms-client-principal': ada }, path))).toMatchObject({
        kind: 'rejected',
        status: 401,
      });
    },
  );

  it('gives an approver the right to decide, and a reader the right to read', () => {
    expect(authenticator.authenticate(withPrincipal(ada))).toMatchObject({
      kind: 'authenticated',
      session: { visitor: { mayDecide: true } },
    });
    expect(authenticator.authenticate(withPrincipal(vera))).toMatchObject({
      kind: 'authenticated',
      session: { visitor: { mayDecide: false } },
    });
  });

  it('identifies an author by name and object id', () => {
    expect(principalOf(ada)?.author).toBe('ada@woodgrove.example (0b0e0000-0000-4000-8000-00000000000a)');
  });

  it('sets a cookie that no script, no other site and no subdomain can read or set', () => {
    const result = authenticator.authenticate(withPrincipal(ada));
    expect(result).toHaveProperty(
      'cookie',
      expect.stringMatching(/^__Host-consentinel=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/),
    );
  });

  it('has the origins of its own host over https and of PUBLIC_URL', () => {
    const withPublicUrl = appServiceAuthenticator({
      authenticationEnabled: true,
      publicUrl: 'https://front.example/consentinel',
    });
    expect(withPublicUrl.origins(new Request('http://app.azurewebsites.net/'))).toEqual([
      'https://app.azurewebsites.net',
      'https://front.example',
    ]);
  });
});

describe('the authenticator on the local machine', () => {
  const printed: string[] = [];
  const authenticator = loopbackAuthenticator({
    port: 4321,
    author: 'ada',
    onAddress: (address) => printed.push(address),
  });
  const at = (path: string, headers: Record<string, string> = {}) =>
    new Request(`http://127.0.0.1:4321${path}`, { headers: { host: '127.0.0.1:4321', ...headers } });
  const pathOf = (address = '') => address.slice('http://127.0.0.1:4321'.length);
  const cookieOf = (result: object) => String((result as { cookie: string }).cookie).split(';')[0] ?? '';

  it('signs one browser in with an address, once, and prints the next address', async () => {
    const first = pathOf(printed.at(-1));
    const result = await authenticator.authenticate(at(first));
    expect(result).toMatchObject({
      kind: 'redirect',
      to: '/',
      cookie: expect.stringContaining('; HttpOnly; SameSite=Strict'),
    });
    expect(await authenticator.authenticate(at(first))).toMatchObject({ kind: 'rejected', status: 401 });
    expect(printed).toHaveLength(2);
    expect(await authenticator.authenticate(at('/', { cookie: cookieOf(result) }))).toMatchObject({
      kind: 'authenticated',
      session: { visitor: { author: 'ada' } },
    });
  });

  it.each(['/signin', '/signin?token=', '/signin?token=wrong', '/', '/findings?token=x'])(
    'rejects %s',
    async (path) => {
      expect(await authenticator.authenticate(at(path))).toMatchObject({ kind: 'rejected', status: 401 });
    },
  );

  it.each(['consentinel-4321=', 'consentinel-4321=guess', 'consentinel-9=x'])(
    'rejects the cookie %s',
    async (cookie) => {
      expect(await authenticator.authenticate(at('/', { cookie }))).toMatchObject({ kind: 'rejected', status: 401 });
    },
  );

  it.each(['evil.example', '127.0.0.1:80', '127.0.0.1', 'localhost', ''])('rejects the host name %s', (host) => {
    expect(authenticator.wrongHost(at('/', { host }))).toContain('http://127.0.0.1:4321');
    expect(authenticator.wrongHost(at('/', { host: 'localhost:4321' }))).toBeUndefined();
  });
});
