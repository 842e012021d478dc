import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { WholeApplication, WholeServicePrincipal } from '../../src/model/entra/app.js';
import { defaultExpiry } from '../../src/model/entra/expiry.js';
import { rule } from '../../src/rules/require-renewed-credential/rule.js';
import { rule as clientCredential } from '../../src/rules/require-valid-client-credential/rule.js';
import { rule as signingCertificate } from '../../src/rules/require-valid-signing-certificate/rule.js';
import { aKey, anApp, aPassword, guidOf } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { sentence, undeterminedKeys, violationsOf } from './judge.js';

const start = '2024-11-01T00:00:00Z';
const secretUntil = (endDateTime: string | null, name = 'transfer', startDateTime: string | null = start) =>
  aPassword(name, { startDateTime, endDateTime });
const appWith = (application: Partial<WholeApplication>, servicePrincipal: Partial<WholeServicePrincipal> = {}) => ({
  app: anApp('Transfer', { application, servicePrincipal }),
});
const found = (...members: Parameters<typeof appWith>) => violationsOf(rule, appWith(...members));
const severityAt = (endDateTime: string | null, tenant: object = {}) =>
  violationsOf(rule, { ...appWith({ passwordCredentials: [secretUntil(endDateTime)] }), tenant }).map(
    ({ severity }) => severity ?? 'high',
  );

describe('a client secret, judged at 2026-11-24T02:00:00Z,', () => {
  it.each([
    ['2026-11-24T02:00:00Z', []],
    ['2026-11-24T02:00:01Z', ['high']],
    ['2026-12-01T02:00:00Z', ['high']],
    ['2026-12-01T02:00:00.1234567Z', ['medium']],
    ['2026-12-24T02:00:00Z', ['medium']],
    ['2026-12-24T02:00:01Z', []],
    [null, []],
  ])('that ends at %s', (endDateTime, severities) => {
    expect(severityAt(endDateTime)).toEqual(severities);
  });

  it('follows the settings', () => {
    const expiry = { warningDays: 60, urgentDays: 45 };
    expect(
      ['2027-01-05T00:00:00Z', '2027-01-20T00:00:00Z', '2027-02-20T00:00:00Z'].map((end) =>
        severityAt(end, { expiry }),
      ),
    ) //
      .toEqual([['high'], ['medium'], []]);
    expect(severityAt('2026-12-24T02:00:00Z', { expiry: defaultExpiry })).toEqual(['medium']);
  });

  it('has a violation with its id, its kind and its end', () => {
    const endDateTime = '2026-12-10T00:00:00Z';
    const keyId = guidOf('password transfer');
    const [violation, ...more] = found({ passwordCredentials: [secretUntil(endDateTime)] });
    expect(violation).toEqual({
      on: 'application',
      objectId: anApp('Transfer').application?.id,
      key: keyId,
      severity: 'medium',
      message: 'A client secret of Transfer expires on 2026-12-10.',
      evidence: { keyId, credential: 'secret', endDateTime, validity: 'expires-soon', lastCredential: true },
    });
    expect(violation?.message).toMatch(sentence);
    expect(more).toEqual([]);
  });

  it('has the same violation on the next day', () => {
    const parts = appWith({ passwordCredentials: [secretUntil('2026-12-20T00:00:00Z')] });
    const onDay = (day: number) =>
      violationsOf(rule, { ...parts, tenant: { observedAt: `2026-11-${day}T02:00:00Z` } as object });
    expect(onDay(25)).toHaveLength(1);
    expect(onDay(25)).toEqual(onDay(24));
  });
});

describe('a newer credential', () => {
  const [old, end] = [secretUntil('2026-12-10T00:00:00Z', 'old'), '2028-01-01T00:00:00Z'];
  it.each([
    ['that is valid longer', secretUntil(end, 'new', '2026-11-20T00:00:00Z'), 0],
    ['that begins when the old one ends', secretUntil(end, 'new', '2026-12-10T00:00:00Z'), 0],
    ['without dates', secretUntil(null, 'new', null), 0],
    ['that is not valid longer', secretUntil(old.endDateTime, 'new', '2026-11-20T00:00:00Z'), 2],
    ['that begins after the old one ends', secretUntil(end, 'new', '2026-12-10T00:00:01Z'), 1],
    ['that began at the same time', secretUntil(end, 'new', start), 1],
  ])('%s', (_name, newer, violations) => {
    expect(found({ passwordCredentials: [old, newer] })).toHaveLength(violations);
  });

  it('of another kind replaces nothing, and lowers the severity', () => {
    const certificate = aKey('new', { startDateTime: '2026-11-20T00:00:00Z', endDateTime: end });
    const symmetric = { ...certificate, type: 'Symmetric' };
    expect(found({ passwordCredentials: [old], keyCredentials: [certificate] })).toMatchObject([{ severity: 'low' }]);
    expect(found({ passwordCredentials: [old], keyCredentials: [symmetric] })).toEqual([]);
  });

  it('of an unknown type leaves both kinds undetermined', () => {
    const novel = aKey('novel', { type: 'Novel', startDateTime: '2026-11-20T00:00:00Z', endDateTime: end });
    const parts = appWith({
      passwordCredentials: [old],
      keyCredentials: [novel, aKey('cert', { startDateTime: start, endDateTime: old.endDateTime })],
    });
    expect(violationsOf(rule, parts)).toEqual([]);
    expect(undeterminedKeys(rule, parts).sort()).toEqual([guidOf('password old'), guidOf('key cert')].sort());
  });
});

describe('no violation and nothing undetermined', () => {
  const soon = { startDateTime: start, endDateTime: '2026-12-10T00:00:00Z' };
  const passwordCredentials = [aPassword('soon', soon)];
  it.each<[string, ReturnType<typeof appWith>]>([
    ['in a deactivated application', appWith({ isDisabled: true, passwordCredentials })],
    ['in a disabled app', appWith({ passwordCredentials }, { accountEnabled: false })],
    ['in a single-page app', appWith({ passwordCredentials, spa: { redirectUris: ['https://a.example'] } })],
    ['of a key that signs', appWith({ keyCredentials: [aKey('sign', { usage: 'Sign', ...soon })] })],
    ['of a key that encrypts', appWith({ keyCredentials: [aKey('encrypt', { usage: 'Encrypt', ...soon })] })],
    ['of a secret without an id', appWith({ passwordCredentials: [{ ...aPassword('soon', soon), keyId: null }] })],
  ])('%s', (_name, parts) => {
    expect([violationsOf(rule, parts), undeterminedKeys(rule, parts)]).toEqual([[], []]);
  });
});

describe('the rules about credentials', () => {
  const date = fc.constantFrom(
    '2020-01-01T00:00:00Z',
    '2026-11-26T00:00:00Z',
    '2026-12-10T00:00:00Z',
    '2094-01-01T00:00:00Z',
  );
  const dates = fc.record({ startDateTime: fc.option(date), endDateTime: fc.option(date) });
  const keys = fc.array(
    fc
      .tuple(
        fc.constantFrom('a', 'b', 'c'),
        dates,
        fc.constantFrom('X509CertAndPassword/Sign', 'AsymmetricX509Cert/Verify', 'Symmetric/Verify'),
      )
      .map(([name, at, kind]) =>
        aKey(name, { ...at, type: kind.split('/')[0] ?? null, usage: kind.split('/')[1] ?? null }),
      ),
    { maxLength: 3 },
  );
  const passwords = fc.array(
    fc
      .tuple(fc.constantFrom('a', 'b', 'c'), dates)
      .map(([name, at]) => aPassword(name, { ...at, keyId: guidOf(`key ${name}`) })),
    { maxLength: 3 },
  );
  const holder = fc.record({ keyCredentials: keys, passwordCredentials: passwords });

  it('report no credential twice, and no app as expiring whose credentials have all expired', () => {
    fc.assert(
      fc.property(holder, holder, fc.constantFrom('saml', 'oidc', null), (application, principal, mode) => {
        const parts = appWith(application, { ...principal, preferredSingleSignOnMode: mode });
        const expiring = violationsOf(rule, parts).map(({ objectId, key }) => `${objectId} ${key}`);
        const signing = violationsOf(signingCertificate, parts).map(({ objectId, key }) => `${objectId} ${key}`);
        expect(expiring.filter((one) => signing.includes(one))).toEqual([]);
        if (violationsOf(clientCredential, parts).length > 0) expect(expiring).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a scan', () => {
  let laptop: Laptop;
  afterEach(() => laptop.close());
  const after = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const tenant = () =>
    simulatedTenantOf(
      [20, 50].map((days) =>
        anApp(`Ends in ${days}`, { application: { passwordCredentials: [secretUntil(after(days), `in ${days}`)] } }),
      ),
    );

  const requestsOf = ({ simulator }: Laptop) =>
    simulator.requests
      .filter(({ inBatch, path }) => !inBatch && path !== '/$batch')
      .map(({ method, path }) => `${method} ${path}`)
      .sort();

  it('reads the days from the settings, and sends no request for the credentials', async () => {
    laptop = await aLaptop({ tenant: tenant() }, { EXPIRY_WARNING_DAYS: '60', EXPIRY_URGENT_DAYS: '30' });
    await laptop.scan();
    const stored = (await laptop.stored()).map(({ displayName, severity }) => `${displayName} ${severity}`);
    expect(stored.sort()).toEqual(['Ends in 20 high', 'Ends in 50 medium']);
    const sent = requestsOf(laptop);
    const partsOf = ({ simulator }: Laptop) => {
      const first = simulator.requests.findIndex(({ path }) => path === '/$batch');
      return simulator.requests.slice(0, first).filter(({ inBatch }) => inBatch).length;
    };
    const parts = partsOf(laptop);
    await laptop.close();
    laptop = await aLaptop({ tenant: tenant() }, { RULES_OFF: 'require-renewed-credential' });
    expect(await laptop.scan()).toMatchObject({ findings: { open: 0, new: 0 } });
    // More batches gather the evidence of the findings. The first one has the parts of the tenant.
    expect([requestsOf(laptop), partsOf(laptop)]).toEqual([sent, parts]);
  });

  it('writes nothing the second time', async () => {
    laptop = await aLaptop({ tenant: tenant() });
    expect(await laptop.scan()).toMatchObject({ findings: { new: 1 } });
    expect(await laptop.scan()).toMatchObject({ writes: 0, findings: { open: 1 } });
  });
});
