import { describe, expect, it } from '@jest/globals';
import { appServiceAuthenticator, principalOf } from '../../src/web/auth/app-service.js';
import { loopbackAuthenticator } from '../../src/web/auth/loopback.js';
import { ada, principal, vera } from '../support/web.js';

const ask = (headers: Record<string, string> = {}, path = '/') =>
  new Request(`https://consentinel.example${path}`, { headers });
const withPrincipal = (value: string) => ask({ 'x-ms-client-principal': value });
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

describe('the door in Azure', () => {
  const authenticator = appServiceAuthenticator({ authenticationEnabled: true });

  it.each([
    ['nobody', ask(), 401],
    ['what is not base64 of JSON', withPrincipal('{}}'), 401],
    ['null', withPrincipal(base64(null)), 401],
    ['a principal without claims', withPrincipal(base64({ auth_typ: 'aad' })), 401],
    ['a claim that is no claim', withPrincipal(base64({ auth_typ: 'aad', claims: [null, 7, { typ: 'oid' }] })), 401],
    [
      'somebody without an object id',
      withPrincipal(base64({ auth_typ: 'aad', claims: [{ typ: 'roles', val: 'Consentinel.Approver' }] })),
      401,
    ],
    [
      'an account of another provider',
      withPrincipal(principal('ada', ['Consentinel.Approver'], { auth_typ: 'github' })),
      401,
    ],
    ['somebody without a role', withPrincipal(principal('eve@woodgrove.example', [])), 403],
    [
      'somebody with a role of another app',
      withPrincipal(principal('eve@woodgrove.example', ['Approver', 'consentinel.approver'])),
      403,
    ],
  ])('keeps out %s', (_, request, status) => {
    expect(authenticator.authenticate(request)).toMatchObject({ kind: 'out', status });
  });

  it.each([ada, vera])(
    'keeps everybody out where App Service authentication is off: the header could be anybody’s',
    (who) => {
      expect(appServiceAuthenticator({ authenticationEnabled: false }).authenticate(withPrincipal(who))).toMatchObject({
        kind: 'out',
        status: 403,
      });
    },
  );

  it.each(['/api/health', '/API/Health', '/api/health/../health', '/api/health/findings'])(
    'keeps everybody out by the way that App Service leaves open, where the header could be anybody’s: %s',
    (path) => {
      expect(authenticator.authenticate(ask({ 'x-ms-client-principal': ada }, path))).toMatchObject({
        kind: 'out',
        status: 401,
      });
    },
  );

  it('lets an approver decide and a reader look', () => {
    expect(authenticator.authenticate(withPrincipal(ada))).toMatchObject({
      kind: 'in',
      session: { visitor: { mayDecide: true } },
    });
    expect(authenticator.authenticate(withPrincipal(vera))).toMatchObject({
      kind: 'in',
      session: { visitor: { mayDecide: false } },
    });
  });

  it('names a person by a name and by what nobody else will ever have', () => {
    expect(principalOf(ada)?.author).toBe('ada@woodgrove.example (0b0e0000-0000-4000-8000-00000000000a)');
  });

  it('gives each browser a secret that no script, no other site and no subdomain can set or read', () => {
    const entry = authenticator.authenticate(withPrincipal(ada));
    expect(entry).toHaveProperty(
      'cookie',
      expect.stringMatching(/^__Host-consentinel=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/),
    );
  });

  it('is known by its own address over https, and by PUBLIC_URL', () => {
    const known = appServiceAuthenticator({
      authenticationEnabled: true,
      publicUrl: 'https://front.example/consentinel',
    });
    expect(known.origins(new Request('http://app.azurewebsites.net/'))).toEqual([
      'https://app.azurewebsites.net',
      'https://front.example',
    ]);
  });
});

describe('the door on this machine', () => {
  const printed: string[] = [];
  const authenticator = loopbackAuthenticator({
    port: 4321,
    author: 'ada',
    onAddress: (address) => printed.push(address),
  });
  const at = (path: string, headers: Record<string, string> = {}) =>
    new Request(`http://127.0.0.1:4321${path}`, { headers: { host: '127.0.0.1:4321', ...headers } });
  const pathOf = (address = '') => address.slice('http://127.0.0.1:4321'.length);
  const cookieOf = (entry: object) => String((entry as { cookie: string }).cookie).split(';')[0] ?? '';

  it('lets one browser in by an address, once, and prints the next', async () => {
    const first = pathOf(printed.at(-1));
    const entry = await authenticator.authenticate(at(first));
    expect(entry).toMatchObject({
      kind: 'moved',
      to: '/',
      cookie: expect.stringContaining('; HttpOnly; SameSite=Strict'),
    });
    expect(await authenticator.authenticate(at(first))).toMatchObject({ kind: 'out', status: 401 });
    expect(printed).toHaveLength(2);
    expect(await authenticator.authenticate(at('/', { cookie: cookieOf(entry) }))).toMatchObject({
      kind: 'in',
      session: { visitor: { author: 'ada' } },
    });
  });

  it.each(['/signin', '/signin?token=', '/signin?token=wrong', '/', '/findings?token=x'])(
    'keeps out %s',
    async (path) => {
      expect(await authenticator.authenticate(at(path))).toMatchObject({ kind: 'out', status: 401 });
    },
  );

  it.each(['consentinel-4321=', 'consentinel-4321=guess', 'consentinel-9=x'])('knows no cookie %s', async (cookie) => {
    expect(await authenticator.authenticate(at('/', { cookie }))).toMatchObject({ kind: 'out', status: 401 });
  });

  it.each(['evil.example', '127.0.0.1:80', '127.0.0.1', 'localhost', ''])('is not there under the name %s', (host) => {
    expect(authenticator.wrongHost(at('/', { host }))).toContain('http://127.0.0.1:4321');
    expect(authenticator.wrongHost(at('/', { host: 'localhost:4321' }))).toBeUndefined();
  });
});
