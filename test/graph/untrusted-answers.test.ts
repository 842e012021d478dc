import { describe, expect, it } from '@jest/globals';
import { urlOf } from '../../src/graph/http/client.js';
import { errorBodyOf, maskedRequestId } from '../../src/graph/http/error-body.js';
import { createSend } from '../../src/graph/http/send.js';
import { rejection, withGraph } from './scripted-graph.js';

const secret = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.c2VjcmV0';

describe('the code and the request id of an error of Graph', () => {
  it('are masked as its message is, in the body and in the header', async () => {
    const body = { error: { code: secret, message: 'No.', innerError: { 'request-id': secret } } };
    for (const id of ['', secret])
      await withGraph([{ status: 400, headers: { 'request-id': id }, body }], async (graph) => {
        const send = createSend(graph.settings);
        const error = await rejection(send({ method: 'GET', path: '/applications' }));
        expect(JSON.stringify(error) + String((error as Error).message)).not.toContain('eyJ0');
        expect(error).toMatchObject({ call: { graphCode: '(not shown)', requestId: '(not shown)' } });
      });
  });

  it.each(['Authorization_RequestDenied', 'Directory_ExpiredPageToken', 'Request_ResourceNotFound', 'UnknownError'])(
    'keeps the code %s',
    (code) => expect(errorBodyOf({ error: { code } }).code).toBe(code),
  );

  it.each(['a b', 'x'.repeat(81), 'ada@contoso.com'])('does not show the code %j', (code) =>
    expect(errorBodyOf({ error: { code } }).code).toBe('(not shown)'),
  );

  it('keeps GUIDs and short ids of requests', () => {
    const guid = '0b0e0000-0000-4000-8000-00000000000a';
    expect([guid, 'r-1', secret, '', undefined].map(maskedRequestId)).toEqual([
      guid,
      'r-1',
      '(not shown)',
      undefined,
      undefined,
    ]);
  });
});

describe('a next link', () => {
  const graph = { endpoint: 'https://graph.microsoft.com', simulated: false };
  const link = 'https://graph.microsoft.com/v1.0/applications?$top=2&$skiptoken=RFNw%2BdA(x=1)';

  it('is requested below Graph with its path and query only', () => {
    expect(urlOf(graph, link)).toBe(link);
    expect(urlOf(graph, `${link}#fragment`)).toBe(link);
    expect(urlOf(graph, link.replace('https', 'HTTPS'))).toBe(link);
    expect(urlOf(graph, link.replace('/v1.0/', '/\tv1.0/'))).toBe(link);
  });

  it.each([
    'https://graph.microsoft.com/beta/applications',
    'https://graph.microsoft.com/v1.0/../beta/applications',
    'https://graph.microsoft.com/',
    'https://user@graph.microsoft.com/v1.0/applications',
    'https://graph.microsoft.com:444/v1.0/applications',
    'https://graph.microsoft.com.evil.example/v1.0/applications',
    '//evil.example/v1.0/applications',
  ])('to %s is not followed', (other) => {
    expect(() => urlOf(graph, other)).toThrow('Consentinel did not follow the link.');
  });
});
