import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DiagnosisStep } from '../../src/model/diagnosis/diagnosis.js';
import type { RequestContext } from '../../src/model/diagnosis/request-flow.js';
import { requestSteps } from '../../src/model/diagnosis/request-steps.js';
import { TokenRequest } from '../../src/model/diagnosis/token-request.js';
import { diagnosisOf } from '../../src/model/diagnosis/verdict.js';
import { worldwide } from '../../src/model/entra/clouds.js';
import { aJwt, formOf, oboParameters, seconds, userToken } from '../support/token-requests.js';

const facts = {
  appId: 'aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa',
  tenantId: 'bbbbbbbb-2222-4222-8222-bbbbbbbbbbbb',
  now: '2026-11-24T02:00:00.000Z',
};
const { appId, tenantId, now } = facts;
const otherId = 'cccccccc-3333-4333-8333-cccccccccccc';
const aSecret = (endDateTime: string) => ({
  ...{ keyId: 'dddddddd-4444-4444-8444-dddddddddddd', displayName: null, startDateTime: '2020-01-01T00:00:00Z' },
  endDateTime,
});
const context: RequestContext = {
  ...facts,
  cloud: worldwide,
  domains: ['woodgrove.example'],
  audiences: ['https://api.woodgrove.example/payroll', appId],
  secrets: [aSecret('2027-11-24T02:00:00Z')],
  allowsPublicClient: false,
};
const authority = 'https://login.microsoftonline.com';
const v2 = `${authority}/${tenantId}/oauth2/v2.0/token`;
const v1 = `${authority}/${tenantId}/oauth2/token`;
const obo = (changes: Record<string, string | undefined> = {}, claims: object = {}) => ({
  ...oboParameters(facts, claims),
  ...changes,
});
const appOnly = { scp: undefined, idtyp: 'app', roles: ['Payroll.Read.All'], sub: userToken(facts).oid };
const idToken = { ...{ scp: undefined, appid: undefined, idtyp: undefined }, nonce: 'n', aud: appId };
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const clientAssertion = (claims: object = {}) => ({
  client_secret: undefined,
  client_assertion_type: assertionType,
  client_assertion: aJwt({ iss: appId, sub: appId, aud: v2, exp: seconds(now) + 300, ...claims }),
});
const appOnlyFlow = (changes: Record<string, string | undefined> = {}) => ({
  ...{ grant_type: 'client_credentials', client_id: appId, client_secret: 'PLANTED~SECRET.x' },
  scope: 'https://graph.microsoft.com/.default',
  ...changes,
});
const deviceCode = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: appId, device_code: 'x' };
const text = (url: string, parameters: Record<string, string | undefined>) => `${url}\n${formOf(parameters)}`;

function judge(of: string, changed: Partial<RequestContext> = {}): DiagnosisStep[] {
  return requestSteps(new TokenRequest(of), { ...context, ...changed });
}
const failing = (steps: readonly DiagnosisStep[]) => steps.filter(({ outcome }) => outcome === 'fails');

const good: [name: string, text: string][] = [
  ['On-Behalf-Of on v2.0', text(v2, obo())],
  ['On-Behalf-Of by the domain of the tenant', text(v2.replace(tenantId, 'woodgrove.example'), obo())],
  ['On-Behalf-Of on v1.0', text(v1, obo({ scope: undefined, resource: 'https://graph.microsoft.com' }))],
  ['On-Behalf-Of on v1.0 with openid', text(v1, obo({ scope: 'openid', resource: 'https://graph.microsoft.com' }))],
  ['On-Behalf-Of with a client assertion', text(v2, obo(clientAssertion()))],
  [
    'On-Behalf-Of with a federated assertion',
    text(v2, obo(clientAssertion({ iss: 'https://token.example', sub: 'x', aud: 'api://AzureADTokenExchange' }))),
  ],
  [
    'a v2.0 token for the app id',
    text(v2, obo({}, { aud: appId, iss: `${authority}/${tenantId}/v2.0`, azp: otherId, appid: undefined })),
  ],
  ['a token for an identifier URI', text(v2, obo({}, { aud: 'https://api.woodgrove.example/payroll/' }))],
  [
    '.default beside OpenID scopes',
    text(v2, obo({ scope: 'openid offline_access https://graph.microsoft.com/.default' })),
  ],
  ['several permissions of one resource', text(v2, obo({ scope: 'User.Read https://graph.microsoft.com/Mail.Read' }))],
  ['no URL', formOf(obo())],
  ['app-only', text(v2, appOnlyFlow())],
  [
    'a device code requested at /common',
    text(`${authority}/common/oauth2/v2.0/devicecode`, { client_id: appId, scope: 'user.read' }),
  ],
];

const bad: [name: string, text: string, code: string | undefined, step: RegExp][] = [
  ['no grant_type', text(v2, obo({ grant_type: undefined })), 'AADSTS900144', /grant_type/],
  [
    'a misspelt grant',
    text(v2, obo({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt_bearer' })),
    'AADSTS70003',
    /grant_type/,
  ],
  ['the grant of another flow', text(v2, obo({ grant_type: 'client_credentials' })), undefined, /grant_type/],
  ['no requested_token_use', text(v2, obo({ requested_token_use: undefined })), 'AADSTS900144', /requested_token_use/],
  ['another requested_token_use', text(v2, obo({ requested_token_use: 'obo' })), undefined, /requested_token_use/],
  ['no assertion', text(v2, obo({ assertion: undefined })), 'AADSTS900144', /assertion is/],
  ['an assertion that is no JWT', text(v2, obo({ assertion: 'abc.def' })), 'AADSTS50027', /assertion is/],
  [
    'a Bearer before the assertion',
    text(v2, obo({ assertion: `Bearer ${aJwt(userToken(facts))}` })),
    'AADSTS50027',
    /assertion is/,
  ],
  ['an id_token', text(v2, obo({}, idToken)), 'AADSTS240002', /assertion is/],
  [
    'a token for Graph',
    text(v2, obo({}, { aud: '00000003-0000-0000-c000-000000000000' })),
    'AADSTS500131',
    /of the assertion is this client/,
  ],
  [
    'a token for another API',
    text(v2, obo({}, { aud: `api://${otherId}` })),
    'AADSTS500131',
    /of the assertion is this client/,
  ],
  [
    'a token for an API of another name',
    text(v2, obo({}, { aud: 'https://other.example' })),
    'AADSTS500131',
    /of the assertion is this client/,
  ],
  ['an app-only token', text(v2, obo({}, appOnly)), undefined, /token of a user/],
  ['an expired token', text(v2, obo({}, { exp: seconds(now) - 1 })), 'AADSTS500133', /lifetime/],
  ['a token that is not yet valid', text(v2, obo({}, { nbf: seconds(now) + 3600 })), 'AADSTS500133', /lifetime/],
  ['a token of another tenant', text(v2, obo({}, { tid: otherId })), 'AADSTS50013', /comes from this tenant/],
  [
    'a token of another issuer',
    text(v2, obo({}, { iss: 'https://issuer.example' })),
    'AADSTS50013',
    /comes from this tenant/,
  ],
  ['another client_id', text(v2, obo({ client_id: otherId })), undefined, /client_id/],
  ['no client_id', text(v2, obo({ client_id: undefined })), 'AADSTS900144', /client_id/],
  ['a client_id that is a name', text(v2, obo({ client_id: 'payroll' })), 'AADSTS700016', /client_id/],
  ['no client credential', text(v2, obo({ client_secret: undefined })), 'AADSTS7000218', /client authenticates/],
  [
    'the id of a secret',
    text(v2, obo({ client_secret: 'dddddddd-4444-4444-8444-dddddddddddd' })),
    'AADSTS7000215',
    /client authenticates/,
  ],
  [
    'no client_assertion_type',
    text(v2, obo({ ...clientAssertion(), client_assertion_type: undefined })),
    'AADSTS900144',
    /client_assertion is/,
  ],
  [
    'a client assertion of another app',
    text(v2, obo(clientAssertion({ iss: otherId }))),
    'AADSTS700021',
    /iss and sub/,
  ],
  [
    'a client assertion with another audience',
    text(v2, obo(clientAssertion({ aud: 'https://graph.microsoft.com' }))),
    'AADSTS700023',
    /aud of the client/,
  ],
  [
    'an expired client assertion',
    text(v2, obo(clientAssertion({ exp: seconds(now) - 60 }))),
    'AADSTS700024',
    /lifetime/,
  ],
  [
    'resource on v2.0',
    text(v2, obo({ resource: 'https://graph.microsoft.com' })),
    'AADSTS901002',
    /names its resource/,
  ],
  ['scope alone on v1.0', text(v1, obo()), 'AADSTS900144', /names its resource/],
  ['no scope', text(v2, obo({ scope: undefined })), 'AADSTS900144', /names its resource/],
  [
    '.default beside a permission',
    text(v2, obo({ scope: 'https://graph.microsoft.com/.default User.Read' })),
    'AADSTS70011',
    /One request can have/,
  ],
  [
    'scopes separated by commas',
    text(v2, obo({ scope: 'User.Read,Mail.Read' })),
    'AADSTS70011',
    /One request can have/,
  ],
  ['two resources', text(v2, obo({ scope: `api://${otherId}/x User.Read` })), 'AADSTS700022', /One request can have/],
  [
    'app-only with a permission',
    text(v2, appOnlyFlow({ scope: 'User.Read' })),
    'AADSTS1002012',
    /One request can have/,
  ],
  ['app-only at /common', text(v2.replace(tenantId, 'common'), appOnlyFlow()), 'AADSTS50059', /this tenant/],
  [
    'the endpoint of another tenant',
    text(v2.replace(tenantId, otherId), obo()),
    'AADSTS700016',
    /endpoint belongs to this tenant/,
  ],
  [
    'the domain of another tenant',
    text(v2.replace(tenantId, 'other.example'), obo()),
    'AADSTS700016',
    /endpoint belongs to this tenant/,
  ],
  [
    'On-Behalf-Of at /devicecode',
    text(v2.replace('/token', '/devicecode'), obo()),
    undefined,
    /belongs to the endpoint/,
  ],
  ['a device code of a confidential client', text(v2, deviceCode), 'AADSTS7000218', /public client/],
  [
    'a device code grant without its code',
    text(v2, { ...deviceCode, device_code: undefined }),
    'AADSTS900144',
    /device_code/,
  ],
  ['a parameter given twice', `${v2}\n${formOf(obo())}&scope=openid`, 'AADSTS9000411', /appears once/],
  [
    'a misspelt parameter',
    text(v2, { ...obo({ requested_token_use: undefined }), requestedTokenUse: 'on_behalf_of' }),
    'AADSTS900144',
    /documented spelling/,
  ],
  ['JSON sent to the endpoint', `curl ${v2} -d '${JSON.stringify(obo())}'`, 'AADSTS900144', /form/],
  ['a GET', `GET ${v2}?${formOf(obo())}`, 'AADSTS900561', /form/],
];

describe('a token request', () => {
  it.each(good)('passes with %s', (_, of) => {
    expect(failing(judge(of))).toEqual([]);
  });

  it.each(bad)('fails with %s', (_, of, code, step) => {
    const found = failing(judge(of)).find((each) => step.test(each.step));
    expect(found).toBeDefined();
    expect(found?.code).toBe(code);
    expect(found?.fix).toBeTruthy();
  });

  it('is the cause in the verdict, for every failure', () => {
    for (const [, of] of bad) expect(diagnosisOf(judge(of)).verdict.cause).toBe('request');
  });

  it('has an expired token as the cause only if no other step fails, or if the code names it', () => {
    const steps = judge(text(v2, obo({ scope: undefined }, { exp: seconds(now) - 7200 })));
    expect(diagnosisOf(steps).verdict.code).toBe('AADSTS900144');
    expect(diagnosisOf(steps, 'AADSTS500133').verdict.code).toBe('AADSTS500133');
  });

  it('fails with a client secret if every secret of the app has expired', () => {
    const [step] = failing(judge(text(v2, obo()), { secrets: [aSecret('2026-11-23T02:00:00Z')] }));
    expect(step?.code).toBe('AADSTS7000222');
  });

  it('has unknown steps where facts are missing', () => {
    const withoutFacts = {
      tenantId: undefined,
      domains: undefined,
      audiences: undefined,
      secrets: undefined,
      allowsPublicClient: undefined,
    };
    expect(failing(judge(text(v2, obo({}, { aud: 'https://other.example' })), withoutFacts))).toEqual([]);
    expect(failing(judge(text(v2, deviceCode), withoutFacts))).toEqual([]);
    expect(failing(judge(text(v2, obo({ assertion: `a.b.c.d.e` }))))).toEqual([]);
    expect(judge('nothing to see').map(({ outcome }) => outcome)).toEqual(['unknown']);
  });
});

describe('any pasted text', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9~_.-]{24,40}$/).map((rest) => `PLANTED${rest}`);
  const wrap = fc.constantFrom<(s: string) => string>(
    (s) => s,
    (s) => `client_secret=${s}`,
    (s) => `client_secret=${s}&${s}=${s}&assertion=${s}&scope=${s}&resource=https://${s}/`,
    (s) => formOf(obo({ client_secret: s, assertion: s, client_id: s, scope: s, grant_type: s })),
    (s) => formOf(obo({ scope: `${s}/.default ${s}` }, { aud: s, iss: s, tid: s, scp: s, exp: s, idtyp: s, oid: s })),
    (s) => formOf(obo(clientAssertion({ aud: `https://${s}/${s}/oauth2/token`, iss: s, sub: s, exp: s }))),
    (s) =>
      text(
        `https://login.microsoftonline.com/${s}/oauth2/v2.0/token`,
        obo({ client_assertion_type: s, client_assertion: s }),
      ),
    (s) =>
      JSON.stringify({
        url: `https://${s}.example/${s}/oauth2/token`,
        client_secret: s,
        [s]: s,
        nested: { [s]: { a: s } },
      }),
    (s) =>
      `POST /${s} HTTP/1.1\nAuthorization: Basic ${Buffer.from(`${s}:${s}`).toString('base64')}\n${s}: ${s}\n\n${s}`,
    (s) =>
      `curl 'https://login.microsoftonline.com/${s}/oauth2/token' -u '${s}:${s}' -d '${s}' --data-urlencode '${s}=${s}'`,
  );

  it('never shows a part of a secret, and never throws', () => {
    fc.assert(
      fc.property(secret, wrap, fc.string(), fc.nat(), (planted, form, noise, at) => {
        const whole = form(planted);
        const cut = at % (whole.length + 1);
        for (const pasted of [whole, whole.slice(0, cut) + noise + whole.slice(cut)]) {
          const shown = JSON.stringify(diagnosisOf(judge(pasted), undefined)).toLowerCase();
          for (let from = 0; from + 8 <= planted.length; from++) {
            expect(shown).not.toContain(planted.slice(from, from + 8).toLowerCase());
          }
        }
      }),
    );
  });

  it('is parsed fast, also if it is made to be slow', () => {
    for (const piece of ['&', 'a&', '=', ' ', '\n', "'", '\\', '{"a":', 'x:\n', 'curl -d', '%', '.']) {
      expect(() => judge(piece.repeat(400_000 / piece.length))).not.toThrow();
    }
  });
});
