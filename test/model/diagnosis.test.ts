import { describe, expect, it } from '@jest/globals';
import { type DiagnosisStep, stepsOf } from '../../src/model/diagnosis/diagnosis.js';
import { causes, decisive, preventive } from '../../src/model/diagnosis/finding-steps.js';
import { diagnosisOf } from '../../src/model/diagnosis/verdict.js';
import { aadstsCodeIn, aadstsCodes } from '../../src/model/entra/aadsts.js';
import { readJwt } from '../../src/model/entra/jwt-claims.js';
import { rules } from '../../src/rules/index.js';
import { aJwt } from '../support/token-requests.js';

const codes: [given: string, code: string | undefined][] = [
  ['AADSTS50000', 'AADSTS50000'],
  ['aadsts65001', 'AADSTS65001'],
  ['50000', 'AADSTS50000'],
  [' 7000218 ', 'AADSTS7000218'],
  [
    'AADSTS500131: Assertion audience does not match the Client app presenting the assertion.\r\nTrace ID: 0000\r\nTimestamp: 2026-01-09 02:02:12Z',
    'AADSTS500131',
  ],
  ['{"error":"invalid_grant","error_description":"AADSTS65001: The user ...","error_codes":[65001]}', 'AADSTS65001'],
  ['{"error":"invalid_grant","error_codes":[50126],"timestamp":"2026-01-09"}', 'AADSTS50126'],
  ['Sign-in error code: 53003', 'AADSTS53003'],
  [' aadSTS 50000\n', 'AADSTS50000'],
  ['"50000",', 'AADSTS50000'],
  ['(50000)', 'AADSTS50000'],
  ['Error: AADSTS50000. Try again.', 'AADSTS50000'],
  ['50000x', undefined],
  ['x50000', undefined],
  ['50000é', undefined],
  ['5000O', undefined],
  ['AADSTS50000x', undefined],
  ['AADSTS500001234', undefined],
  ['the year 2026', undefined],
  ['12', undefined],
  ['', undefined],
];

describe('an error code', () => {
  it.each(codes)('is found in %j', (given, code) => expect(aadstsCodeIn(given)).toBe(code));

  it('has a meaning, a cause and a first check', () => {
    for (const [code, { meaning, causes, lookAt }] of Object.entries(aadstsCodes)) {
      expect(code).toMatch(/^AADSTS\d{4,8}$/);
      expect([meaning, lookAt].every((text) => /^[A-Z].*\.$/.test(text))).toBe(true);
      expect(causes.length).toBeGreaterThan(0);
    }
  });

  it('is in the table if a rule names it', () => {
    const missing = rules.flatMap(({ id, codes }) =>
      codes.filter((code) => !aadstsCodes[code]).map((code) => [id, code]),
    );
    expect(missing).toEqual([]);
  });

  it.each([
    ...[
      '7000229',
      '500014',
      '650053',
      '50011',
      '50020',
      '50053',
      '50076',
      '50079',
      '53003',
      '530003',
      '700030',
      '70021',
    ],
    ...['700213', '700082', '50194', '65002', '501051', '900941', '90072', '9001023'],
  ])('%s is in the table', (digits) => expect(aadstsCodes[`AADSTS${digits}`]).toBeDefined());
});

it('the rules that a diagnosis treats specially exist', () => {
  const ids = rules.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining([...decisive, ...preventive, ...Object.keys(causes)]));
  // A diagnosis uses no fallback rule: it reports the effect that the diagnosis explains.
  const used = rules.filter((rule) => !('isFallback' in rule));
  const general = used.filter(({ codes: [first = ''] }) => aadstsCodes[first]?.causes.length !== 1);
  expect(Object.keys(causes)).toEqual(expect.arrayContaining(general.map(({ id }) => id)));
});

describe('a verdict', () => {
  const fails = (cause: DiagnosisStep['cause'], code: string, circumstantial?: true) =>
    stepsOf(cause).fails(`${cause} is well`, 'Seen.', 'Mend it.', { code, ...(circumstantial && { circumstantial }) });
  const key = fails('symmetric-key', 'AADSTS50000');
  const consent = fails('consent', 'AADSTS65001');
  const stale = fails('password', 'AADSTS50000', true);

  it('is the cause that the token service checks first', () => {
    expect(diagnosisOf([key, consent]).verdict).toMatchObject({
      cause: 'consent',
      code: 'AADSTS65001',
      fix: 'Mend it.',
    });
  });

  it('follows the code that the user saw, among the failed steps', () => {
    expect(diagnosisOf([consent, key], 'AADSTS50000').verdict).toMatchObject({ cause: 'symmetric-key' });
    expect(diagnosisOf([key, consent], 'AADSTS90094').verdict).toMatchObject({ cause: 'consent', code: 'AADSTS90094' });
  });

  it('is the single cause of the code, with the other problems as also found', () => {
    const alsoFound = [{ cause: 'symmetric-key', code: 'AADSTS50000' }];
    const verdictOf = (code: string) => diagnosisOf([key], code).verdict;
    expect(verdictOf('AADSTS50126')).toMatchObject({ cause: 'password', code: 'AADSTS50126', alsoFound });
    expect(verdictOf('AADSTS7000215')).toMatchObject({ cause: 'request', code: 'AADSTS7000215', alsoFound });
    expect(verdictOf('AADSTS50076')).toMatchObject({ cause: 'none', code: 'AADSTS50076', alsoFound });
    expect(verdictOf('AADSTS99999')).toMatchObject({ cause: 'none', code: 'AADSTS99999', alsoFound });
    expect(verdictOf('AADSTS65001').summary).toContain('Consent of the user or an administrator is missing.');
  });

  it('is no step that names another code of the request', () => {
    const missing = fails('request', 'AADSTS900144');
    expect(diagnosisOf([missing], 'AADSTS7000215').verdict.summary).toContain('The client secret is wrong.');
    expect(diagnosisOf([missing], 'AADSTS90014').verdict.summary).toContain('Seen.');
  });

  it('is a problem that needs its code only together with it', () => {
    const needsCode = { ...fails('password', 'AADSTS50126'), explains: 'with-code' as const };
    expect(diagnosisOf([needsCode]).verdict).toMatchObject({ cause: 'none', alsoFound: [{ cause: 'password' }] });
    expect(diagnosisOf([needsCode], 'AADSTS50126').verdict).toMatchObject({ cause: 'password' });
    expect(diagnosisOf([{ ...needsCode, explains: 'never' }], 'AADSTS50126').verdict.summary).toContain('means');
  });

  it('is a circumstantial step only where no other step fails', () => {
    expect(diagnosisOf([stale, key]).verdict.cause).toBe('symmetric-key');
    expect(diagnosisOf([stale, key], 'AADSTS50000').verdict.cause).toBe('symmetric-key');
    expect(diagnosisOf([stale, consent], 'AADSTS50000').verdict.cause).toBe('consent');
    expect(diagnosisOf([stale]).verdict.cause).toBe('password');
  });

  it('is none where no step fails, with the count of unknown steps and the meaning of the code', () => {
    const unread = stepsOf('password').unknown('The user is there', 'Refused.');
    const { verdict } = diagnosisOf([unread], 'AADSTS53003');
    expect(verdict).toMatchObject({ cause: 'none', code: 'AADSTS53003' });
    expect(verdict.summary).toBe(
      'No check was possible: 1 of 1 steps are undetermined. AADSTS53003 means: Conditional Access blocks the sign-in.',
    );
    expect(diagnosisOf([unread]).verdict.fix).toMatch(/^Fix the reason of each undetermined step below/);
    const found = diagnosisOf([unread, stepsOf('consent').ok('The app can get consent', 'It can.')]).verdict;
    expect(found.summary).toBe('The checks found no problem in the directory. 1 of 2 steps are undetermined.');
    expect(diagnosisOf([]).verdict.summary).toBe('The checks found no problem in the directory.');
  });
});

describe('a token', () => {
  it('gives the claims that have their documented form', () => {
    const claims = { aud: ['a', 'b'], exp: 1e300, iat: '17', azp: 'client', scp: 'x', roles: [], nonce: 'n' };
    expect(readJwt(aJwt(claims))).toEqual({
      kind: 'claims',
      claims: { aud: 'a', iat: 17_000, client: 'client', hasScopes: true, hasRoles: false, hasIdTokenClaims: true },
    });
  });

  it('is otherwise no JWT, or encrypted', () => {
    for (const text of [
      '',
      'a.b',
      'a.b.c',
      '..',
      `${aJwt({})}.x`,
      `e30.${Buffer.from('[]').toString('base64url')}.x`,
    ]) {
      expect(readJwt(text).kind).toBe('no-jwt');
    }
    expect(readJwt('a.b.c.d.e').kind).toBe('encrypted');
  });
});
