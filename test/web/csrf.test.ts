import { describe, expect, it } from '@jest/globals';
import { csrfTokenField, csrfTokenOf, rejectionReason } from '../../src/web/auth/csrf.js';
import { newSecret } from '../../src/web/auth/secrets.js';

const approver = { id: 'ada', name: 'ada@example.com', roles: [] };
const session = {
  visitor: { author: 'ada@example.com', approver, mayDecide: true },
  secret: 'secret of this browser',
};
const own = 'https://consentinel.example';
const known = [own, 'http://127.0.0.1:4280'];

/** The reason why a form with these headers is rejected. */
const reasonOf = (headers: Record<string, string>, token = csrfTokenOf(session), of = session) =>
  rejectionReason(new Request(`${own}/`, { method: 'POST', headers }), known, of, token);

describe('a form', () => {
  it.each<[string, Record<string, string>]>([
    ['an origin of this page', { origin: own }],
    ['another origin of this page', { origin: 'http://127.0.0.1:4280' }],
    ['an origin of this page and the site', { origin: own, 'sec-fetch-site': 'same-origin' }],
    ['no origin and the same site', { 'sec-fetch-site': 'same-origin' }],
    ['the origin null and the same site', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
  ])('with %s is accepted', (_name, headers) => {
    expect(reasonOf(headers)).toBeUndefined();
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['neither origin nor site', {}, /did not send the origin/],
    ['the origin null and no site', { origin: 'null' }, /did not send the origin/],
    ['a foreign origin', { origin: 'https://evil.example' }, /another site/],
    [
      'a foreign origin and the same site',
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      /another site/,
    ],
    ['another scheme', { origin: 'http://consentinel.example' }, /another site/],
    ['a site of the same domain', { origin: own, 'sec-fetch-site': 'same-site' }, /another site/],
    ['a foreign site', { 'sec-fetch-site': 'cross-site' }, /another site/],
    ['an address from the address bar', { 'sec-fetch-site': 'none' }, /another site/],
  ])('with %s is rejected', (_name, headers, reason) => {
    expect(reasonOf(headers)).toMatch(reason);
  });

  it.each<[string, (token: string) => string]>([
    ['empty', () => ''],
    ['cut', (token) => token.slice(0, -1)],
    ['longer', (token) => `${token}A`],
    ['another of the same length', (token) => token.replace(/./g, 'A')],
    ['of another browser', () => csrfTokenOf({ ...session, secret: 'secret of another browser' })],
    [
      'of another visitor',
      () => csrfTokenOf({ ...session, visitor: { ...session.visitor, author: 'bob@example.com' } }),
    ],
  ])('with a token that is %s is rejected', (_name, forged) => {
    expect(reasonOf({ origin: own }, forged(csrfTokenOf(session)))).toMatch(/earlier session/);
  });

  it('of a reader is rejected', () => {
    const reader = { ...session, visitor: { ...session.visitor, mayDecide: false } };
    expect(reasonOf({ origin: own }, csrfTokenOf(reader), reader)).toMatch(/role/);
  });
});

describe('the token of a form', () => {
  it('is a hash of 43 characters that are safe in a form', () => {
    expect(csrfTokenOf(session)).toMatch(/^[\w-]{43}$/);
  });

  it('is the same for each call', () => {
    expect(csrfTokenOf(session)).toBe(csrfTokenOf({ ...session }));
    expect(csrfTokenField).toBe('csrfToken');
  });
});

it('a secret is 256 random bits as base64url', () => {
  const secrets = [newSecret(), newSecret()];
  for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
  expect(new Set(secrets).size).toBe(2);
});
