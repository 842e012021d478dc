import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RequestContext } from '../../../src/model/diagnosis/request-flow.js';
import { requestSteps } from '../../../src/model/diagnosis/request-steps.js';
import { TokenRequest } from '../../../src/model/diagnosis/token-request.js';
import { diagnosisOf } from '../../../src/model/diagnosis/verdict.js';
import { worldwide } from '../../../src/model/entra/clouds.js';
import { aJwt, formOf } from '../../support/token-requests.js';
import { answers } from './pasted/answers.js';
import { formats } from './pasted/formats.js';
import { requests } from './pasted/requests.js';

const context: RequestContext = {
  appId: 'aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa',
  tenantId: 'bbbbbbbb-2222-4222-8222-bbbbbbbbbbbb',
  now: '2026-11-24T02:00:00.000Z',
  cloud: worldwide,
  domains: ['woodgrove.example'],
  audiences: [],
  secrets: [],
  redirectUris: ['https://portal.woodgrove.example/signin'],
  signInAudience: 'AzureADMyOrg',
  allowsPublicClient: false,
};

/** Everything that a diagnosis of the text shows. */
function shown(text: string): string {
  const request = new TokenRequest(text);
  const { failure, isUnreadable } = request;
  return JSON.stringify(diagnosisOf(requestSteps(request, context), undefined, { failure, isUnreadable }));
}

const url = 'https://login.microsoftonline.com/common/oauth2/v2.0/token';
const names = [
  'client_secret',
  'assertion',
  'client_assertion',
  'code',
  'refresh_token',
  'password',
  'scope',
  'grant_type',
];
const formOfSecret = (s: string) =>
  formOf({ client_id: s, resource: s, ...Object.fromEntries(names.map((name) => [name, s])) });
const lines = (s: string, separator: string) => [...names, s].map((name) => `${name}${separator}${s}`).join('\n');
const har = (postData: object, s: string) =>
  JSON.stringify({
    log: {
      entries: [
        {
          request: { method: 'POST', url: `${url}?${s}=${s}`, headers: [{ name: s, value: s }], postData },
          response: { status: 400, content: { text: `{"error":"${s}","error_description":"AADSTS50000: ${s}"}` } },
        },
      ],
    },
  });

/** A pasted text with a secret in every place, in each format. */
const wraps: readonly ((s: string) => string)[] = [
  (s) => har({ text: formOfSecret(s) }, s),
  (s) => har({ params: names.map((name) => ({ name, value: s })) }, s),
  (s) =>
    `$body = @{\n${names.map((name) => `${name} = "${s}"`).join('\n')}\n${s} = '${s}'\n}\nirm ${url} -Body $body # ${s}`,
  (s) =>
    `data = {${names.map((name) => `'${name}': '${s}'`).join(', ')}, '${s}': f"{${s}}"}\nrequests.post("${url}", json=data)`,
  (s) => `fetch("${url}/${s}", { body: "grant_type=${s}&client_secret=${s}&${s}" })`,
  (s) => lines(s, ':'),
  (s) => lines(s, '\t'),
  (s) => lines(s, ': '),
  (s) => JSON.stringify({ url: { raw: `${url}?${s}` }, body: { urlencoded: names.map((key) => ({ key, value: s })) } }),
  (s) => encodeURIComponent(formOfSecret(s)),
  (s) => formOf({ grant_type: encodeURIComponent(`urn:${s}`), scope: encodeURIComponent(`https://${s}/x`) }),
  (s) =>
    `POST ${url}\n\n${formOfSecret(s)}\n\nHTTP/1.1 400 ${s}\nX: ${s}\n\n{"error":"${s}","error_description":"AADSTS65001: ${s}","claims":"${s}"}`,
  (s) =>
    `> POST /${s}/oauth2/token HTTP/1.1\n> ${s}\n< HTTP/1.1 400\n{"error_codes":[50000],"${s}":"${s}","correlation_id":"${s}"}`,
  (s) =>
    `MSAL: AADSTS50076: ${s} Trace ID: ${s} Correlation ID: ${s} Timestamp: ${s} claims: {"access_token":{"${s}":1}}`,
  (s) => `https://x.example/?error=${s}&error_description=AADSTS65004%3a+${s}&state=${s}&code=${s}`,
  (s) => formOf({ grant_type: 'password', client_id: s, redirect_uri: `https://${s}/${s}`, username: s, password: s }),
  (s) => `grant_type=client_credentials&client_secret=${s}&${s}+${s}&${s}=${s}`,
  (s) =>
    formOf({
      assertion: aJwt({ aud: s, iss: `https://sts.windows.net/${s}/`, tid: s, oid: s, exp: s, scp: s }),
      scope: s,
    }),
];

describe('any pasted text', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9~_.-]{24,40}$/).map((rest) => `PLANTED${rest}`);

  it('never shows a part of a secret, and never throws, in any format', () => {
    fc.assert(
      fc.property(secret, fc.constantFrom(...wraps), fc.string(), fc.nat(), (planted, wrap, noise, at) => {
        const whole = wrap(planted);
        const cut = at % (whole.length + 1);
        for (const pasted of [whole, whole.slice(0, cut) + noise + whole.slice(cut), whole.slice(0, cut)]) {
          const output = shown(pasted).toLowerCase();
          for (let from = 0; from + 8 <= planted.length; from++) {
            expect(output).not.toContain(planted.slice(from, from + 8).toLowerCase());
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('never throws where two formats are mixed', () => {
    const texts = [...requests, ...answers, ...formats].map(({ text }) => text);
    const piece = fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.nat()).map(([text, from, length]) => {
      const start = from % text.length;
      return text.slice(start, start + (length % 2000));
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 4 }), (pieces) => {
        expect(shown(pieces.join('\n'))).not.toContain('PLANTED');
      }),
      { numRuns: 400 },
    );
  });

  it('is parsed without exponential effort', () => {
    const pieces = [
      'a="',
      "'grant_type=",
      '@{',
      'client_id:x\n',
      'client_id\t',
      '{"error":',
      'AADSTS',
      '`',
      'a:"\\',
      '"log":',
      '%3D',
      '< ',
      '[{',
    ];
    for (const piece of pieces) expect(() => shown(piece.repeat(200_000 / piece.length))).not.toThrow();
  });
});
