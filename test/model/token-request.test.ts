import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { TokenRequest } from '../../src/model/diagnosis/token-request.js';

const tenant = '11111111-2222-4333-8444-555555555555';
const address = `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`;
const form = 'grant_type=client_credentials&client_id=abc&client_secret=s%26cret+1&scope=https%3A%2F%2Fx%2F.default';
const v2Token = { isEntra: true, tenant, version: 'v2.0', leaf: 'token' };

const forms: [name: string, text: string, endpoint: unknown][] = [
  ['a form body', form, undefined],
  ['a form body in lines', form.replaceAll('&', '\n&'), undefined],
  ['a form body with one parameter on each line', form.replaceAll('&', '\n'), undefined],
  ['a URL with a query', `${address}?${form}`, v2Token],
  ['a URL and a body', `${address}\n\n${form}`, v2Token],
  [
    'an HTTP message',
    `POST /${tenant}/oauth2/v2.0/token HTTP/1.1\r\nHost: login.microsoftonline.com\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n${form}`,
    v2Token,
  ],
  [
    'a JSON object',
    JSON.stringify({
      grant_type: 'client_credentials',
      client_id: 'abc',
      client_secret: 's&cret 1',
      scope: 'https://x/.default',
    }),
    undefined,
  ],
  ['an exported request', JSON.stringify({ method: 'POST', url: address, body: form }), v2Token],
  ['curl', `curl -X POST '${address}' -H 'Accept: */*' -d '${form}'`, v2Token],
  ['curl with line breaks', `curl -sS ${address} \\\n  --data-raw "${form}"`, v2Token],
  [
    'curl with one option for each parameter',
    `curl --url ${address} -d grant_type=client_credentials -d client_id=abc --data-urlencode 'client_secret=s&cret 1' --data-urlencode scope=https://x/.default`,
    v2Token,
  ],
  [
    'a form with colons',
    'grant_type:client_credentials\nclient_id:abc\nclient_secret:s%26cret 1\nscope:https%3A//x/.default'.replaceAll(
      '\n',
      '&\n',
    ),
    undefined,
  ],
];

describe('a token request is read from', () => {
  it.each(forms)('%s', (_, text, endpoint) => {
    const request = new TokenRequest(text);
    expect(request.value('grant_type')).toBe('client_credentials');
    expect(request.value('client_id')).toBe('abc');
    expect(request.value('client_secret')).toBe('s&cret 1');
    expect(request.value('scope')).toBe('https://x/.default');
    expect(request.endpoint).toEqual(endpoint);
    expect([request.misspelt, request.unknown, request.repeated]).toEqual([[], 0, []]);
  });

  it('an Authorization header, without its secret', () => {
    const basic = Buffer.from('abc:secret').toString('base64');
    const request = new TokenRequest(`curl ${address} -H "Authorization: Basic ${basic}" -d grant_type=refresh_token`);
    expect(request.hasBasicAuthorization).toBe(true);
    expect(request.value('client_id')).toBe('abc');
    expect(request.has('client_secret')).toBe(false);
  });
});

describe('a token request', () => {
  it('names the closest parameter of a misspelt one, and only counts other unknown names', () => {
    const request = new TokenRequest('grantType=x&asertion=y&reqested_token_use=z&my%20secret=1&other=2&client_id=abc');
    expect([...request.misspelt].sort()).toEqual(['assertion', 'grant_type', 'requested_token_use']);
    expect(request.unknown).toBe(2);
  });

  it('names repeated parameters', () => {
    expect(new TokenRequest('scope=a&scope=b&client_id=c').repeated).toEqual(['scope']);
  });

  it('is empty where no name is a parameter', () => {
    for (const text of ['', '   ', '{}', 'hello world', '{"a":1}', '[1,2]', '\ufeff']) {
      expect(new TokenRequest(text).isEmpty).toBe(true);
    }
  });

  it('hides its values from inspect and from JSON', () => {
    const request = new TokenRequest(`${address}?${form}`);
    expect(inspect(request, { depth: 9, showHidden: true }) + JSON.stringify(request)).not.toContain('cret');
  });
});
