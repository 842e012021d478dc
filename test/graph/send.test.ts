import { describe, expect, it } from '@jest/globals';
import type { RenewableTokenOptions } from '../../src/graph/http/access-tokens.js';
import { GraphCallError } from '../../src/graph/http/errors.js';
import { createSend, type GraphCall } from '../../src/graph/http/send.js';
import { ConsentinelError } from '../../src/model/errors.js';
import {
  dropInBody,
  failure,
  noResponse,
  type ReceivedRequest,
  type Reply,
  rejection,
  token,
  withGraph,
} from './scripted-graph.js';

const get: GraphCall = { method: 'GET', path: '/organization?$select=id' };
const patch: GraphCall = { method: 'PATCH', path: '/applications/o1', body: { keyCredentials: [] } };
const fine: Reply = { body: { value: [] } };

describe('a call', () => {
  it('sends the token, a new request id and the given path, and returns the parsed body', async () => {
    await withGraph([fine], async (graph) => {
      expect(await createSend(graph.settings)(get)).toEqual({ status: 200, body: { value: [] }, requestId: 'r-1' });
      const [request] = graph.requests;
      expect(request?.path).toBe('/v1.0/organization?$select=id');
      expect(request?.headers.authorization).toBe(`Bearer ${token}`);
      expect(request?.headers['client-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    });
  });

  it('sends a body as JSON, and accepts an empty response to a write', async () => {
    await withGraph([{ status: 204 }], async (graph) => {
      expect(await createSend(graph.settings)(patch)).toMatchObject({ status: 204, body: undefined });
      expect(graph.requests[0]).toMatchObject({ method: 'PATCH', body: '{"keyCredentials":[]}' });
      expect(graph.requests[0]?.headers['content-type']).toBe('application/json');
    });
  });

  it.each<[string, Reply]>([
    ['408', failure(408, 'RequestTimeout')],
    ['429', failure(429, 'TooManyRequests')],
    ['500', failure(500, 'InternalServerError')],
    ['502 with a page of HTML', { status: 502, body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['503', failure(503, 'serviceNotAvailable')],
    ['504 without a body', { status: 504 }],
    ['a connection dropped before the response', (response) => response.destroy()],
    ['a connection dropped inside the body', dropInBody],
    ['a 200 that is not JSON', { body: '<html>' }],
    ['a 200 that is cut off', { body: '{"value":[' }],
    ['a 200 without a body', {}],
  ])('that reads is repeated after %s', async (_, reply) => {
    await withGraph([reply, reply, fine], async (graph) => {
      const stats = { requests: 0, retries: 0, resourceUnits: 0 };
      expect(await createSend(graph.settings, stats)(get)).toMatchObject({ status: 200 });
      expect(stats).toEqual({ requests: 3, retries: 2, resourceUnits: 0 });
      expect(graph.waits).toEqual([750, 1500]);
    });
  });

  it('that reads is repeated after a timeout', async () => {
    await withGraph([noResponse, fine], async (graph) => {
      const send = createSend({ ...graph.settings, timeout: 50 });
      expect(await send(get)).toMatchObject({ status: 200 });
    });
  });

  it('says once that Graph does not answer, after some seconds, with the address and the reason', async () => {
    const dropped: Reply = (response) => response.destroy();
    await withGraph(
      [dropped, dropped, fine, dropped, dropped, dropped, dropped, fine, ...Array(4).fill(dropped), fine],
      async (graph) => {
        const notices: string[] = [];
        const send = createSend({ ...graph.settings, onNotice: (line) => void notices.push(line) });
        await send(get);
        expect(notices).toEqual([]);
        await send(get);
        expect(notices).toEqual([
          expect.stringContaining(`Microsoft Graph at ${graph.settings.graph.endpoint} does not answer (`),
        ]);
        expect(notices[0]).toMatch(/\(.{5,}\)\. Requests are repeated for 300 s\. To stop, press Ctrl\+C\.$/);
        await send(get);
        expect(notices).toHaveLength(1);
      },
    );
  });

  it('does not say so while Graph answers with errors', async () => {
    await withGraph([...Array(4).fill(failure(503, 'serviceNotAvailable')), fine], async (graph) => {
      const notices: string[] = [];
      await createSend({ ...graph.settings, onNotice: (line) => void notices.push(line) })(get);
      expect(notices).toEqual([]);
    });
  });

  it('waits for the requested seconds, or until the requested date on Graph’s clock', async () => {
    const dated = { 'retry-after': 'Tue, 24 Nov 2026 08:00:09 GMT', date: 'Tue, 24 Nov 2026 08:00:00 GMT' };
    const replies = [failure(429, 'x', { 'retry-after': '2.128' }), failure(503, 'x', dated), fine];
    await withGraph(replies, async (graph) => {
      await createSend(graph.settings)(get);
      expect(graph.waits).toEqual([2128, 9000]);
    });
  });

  it('that writes is sent once; the error says that it may have taken effect', async () => {
    for (const reply of [
      failure(500, 'x'),
      failure(503, 'x'),
      failure(504, 'x'),
      dropInBody,
      ((r) => r.destroy()) as Reply,
    ]) {
      await withGraph([reply], async (graph) => {
        const error = await rejection(createSend(graph.settings)(patch));
        expect(error).toMatchObject({
          code: 'graph-unavailable',
          message: expect.stringContaining('may have taken effect'),
        });
        expect(graph.requests).toHaveLength(1);
      });
    }
  });

  it('that writes is repeated after 429, which Graph returns before any effect', async () => {
    await withGraph([failure(429, 'x', { 'retry-after': '3' }), { status: 204 }], async (graph) => {
      expect(await createSend(graph.settings)(patch)).toMatchObject({ status: 204 });
      expect(graph.waits).toEqual([3000]);
    });
  });
});

describe('a call whose token Graph rejects', () => {
  const claims = '{"access_token":{"nbf":{"essential":true,"value":"1764150000"}}}';
  const challenge = {
    'www-authenticate': `Bearer realm="", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`,
  };
  const rejected = failure(401, 'InvalidAuthenticationToken');

  /** A credential that numbers its tokens and keeps the options of the requests for new ones. */
  function numbered() {
    let number = 1;
    const renewals: object[] = [];
    const getToken = async (_: unknown, options: RenewableTokenOptions = {}) => {
      const { renew, claims: required } = options;
      if (renew) renewals.push({ claims: required, token: `t${++number}` });
      return { token: `t${number}`, expiresOnTimestamp: Date.now() + 3_600_000 };
    };
    return { credential: { getToken }, renewals };
  }

  it.each<[string, Record<string, string>, string | undefined]>([
    ['without a challenge', {}, undefined],
    ['with a claims challenge', challenge, claims],
    [
      'with a challenge that is not Base64 of JSON',
      { 'www-authenticate': 'Bearer error="insufficient_claims", claims="e30x"' },
      undefined,
    ],
    ['with another challenge', { 'www-authenticate': `Bearer error="invalid_token", claims="e30="` }, undefined],
  ])('is repeated once with a new token, %s', async (_, headers, required) => {
    await withGraph([failure(401, 'x', headers), fine], async (graph) => {
      const { credential, renewals } = numbered();
      expect(await createSend({ ...graph.settings, credential })(get)).toMatchObject({ status: 200 });
      expect(renewals).toEqual([{ claims: required, token: 't2' }]);
      expect(graph.requests.map(({ headers: sent }) => sent.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
      expect(graph.waits).toEqual([]);
    });
  });

  it('fails after a second 401', async () => {
    await withGraph([rejected], async (graph) => {
      const { credential, renewals } = numbered();
      const error = await rejection(createSend({ ...graph.settings, credential })(get));
      expect(error).toMatchObject({ code: 'credential-rejected', call: { status: 401, attempts: 2 } });
      expect(renewals).toHaveLength(1);
    });
  });

  it('is not repeated if it writes', async () => {
    await withGraph([rejected], async (graph) => {
      const error = await rejection(createSend(graph.settings)(patch));
      expect(error).toMatchObject({ code: 'credential-rejected', call: { status: 401, attempts: 1 } });
      expect(graph.requests).toHaveLength(1);
    });
  });

  it('shares the new token with the other calls of the old one', async () => {
    const reply = ({ headers }: ReceivedRequest) => (headers.authorization === 'Bearer t1' ? rejected : fine);
    await withGraph(reply, async (graph) => {
      const { credential, renewals } = numbered();
      const send = createSend({ ...graph.settings, credential });
      await Promise.all([get, get, get, get].map((call) => send(call)));
      expect(renewals).toHaveLength(1);
    });
  });

  it('fails as a missing credential if there is no new token', async () => {
    await withGraph([rejected], async (graph) => {
      const getToken = async (_: unknown, { renew }: RenewableTokenOptions = {}) => {
        if (renew)
          throw Object.assign(new Error('az login --claims-challenge x'), { name: 'CredentialUnavailableError' });
        return { token: 't1', expiresOnTimestamp: Date.now() + 3_600_000 };
      };
      const error = await rejection(createSend({ ...graph.settings, credential: { getToken } })(get));
      expect(error).toMatchObject({ code: 'credential-missing', message: expect.stringContaining('az login') });
    });
  });
});

describe('a failed call', () => {
  const outcome = async (reply: Reply, call = get) =>
    withGraph([reply], async (graph) => {
      const error = (await rejection(createSend(graph.settings)(call))) as GraphCallError;
      return { error, graph };
    });

  it.each([
    [403, 'Authorization_RequestDenied', 'permission-missing'],
    [403, 'CannotUpdateLockedServicePrincipalProperty', 'graph-rejected'],
    [404, 'Request_ResourceNotFound', 'graph-rejected'],
    [400, 'Request_BadRequest', 'graph-rejected'],
    [302, '', 'graph-rejected'],
    [501, 'NotImplemented', 'graph-unavailable'],
  ])('with %s %s has the code %s and is not repeated', async (status, graphCode, code) => {
    const { error, graph } = await outcome(failure(status, graphCode));
    expect(error).toBeInstanceOf(GraphCallError);
    expect(error).toMatchObject({ code, call: { status, requestId: 'r-1', path: '/organization', attempts: 1 } });
    expect(error.call.graphCode).toBe(graphCode || undefined);
    expect(error.message).toMatch(new RegExp(`^GET /organization was answered ${status}.*\\(request-id r-1\\)`));
    expect(error.message).not.toContain('$select');
    expect(graph.requests).toHaveLength(1);
  });

  it.each<[GraphCall, string]>([
    [{ method: 'GET', path: '/applications?$top=9' }, 'Application.Read.All'],
    [{ method: 'GET', path: "/servicePrincipals(appId='x')" }, 'Application.Read.All'],
    [{ method: 'PATCH', path: '/applications/o1', body: {} }, 'Application.ReadWrite.All'],
    [{ method: 'GET', path: '/policies/authorizationPolicy' }, 'Policy.Read.All'],
    [{ method: 'GET', path: '/organization' }, 'Organization.Read.All'],
  ])('without permission names the permission and how to grant it: %j', async (call, permission) => {
    const { error } = await outcome(failure(403, 'Authorization_RequestDenied'), call);
    expect(error.message).toContain(`The request needs the application permission ${permission}.`);
    expect(error.remedy).toContain(`Grant ${permission}`);
    expect(error.remedy).toContain('admin consent');
  });

  it('ends after the budget, in which the requested waits count', async () => {
    const { error, graph } = await outcome(failure(503, 'x'));
    expect(error).toMatchObject({ code: 'graph-unavailable', call: { status: 503, attempts: graph.requests.length } });
    const waited = graph.waits.reduce((sum, each) => sum + each, 0);
    expect(waited).toBeLessThan(300_000);
    expect(waited).toBeGreaterThan(240_000);
  });

  it('ends at once when Graph requests a longer wait than the remaining budget', async () => {
    const { error, graph } = await outcome(failure(429, 'x', { 'retry-after': '600' }));
    expect(error.message).toContain('Graph requests a wait of 600 s, more than the remaining 300 s for this call.');
    expect(graph.waits).toEqual([]);
  });

  it('does not follow a redirect, which would receive the token', async () => {
    const { error, graph } = await outcome({ status: 302, headers: { location: '/v1.0/elsewhere' } });
    expect(error).toMatchObject({ code: 'graph-rejected', call: { status: 302 } });
    expect(graph.requests).toHaveLength(1);
  });

  it('ends after the budget while an attempt hangs', async () => {
    await withGraph([noResponse], async (graph) => {
      const error = await rejection(createSend({ ...graph.settings, budget: 50 })(get));
      expect(error).toMatchObject({ code: 'graph-unavailable', message: expect.stringContaining('no answer in') });
    });
  });

  it('is malformed when the body is never JSON; the error does not quote it', async () => {
    const { error, graph } = await outcome({ body: '{"value":[{"key":"TOPSECRET"' });
    expect(error).toMatchObject({ code: 'graph-malformed', call: { requestId: 'r-1', attempts: 4 } });
    expect(textsOf(error)).not.toContain('TOPSECRET');
    expect(graph.requests).toHaveLength(4);
  });

  it('has the client-request-id in its error when there is no response', async () => {
    const { error, graph } = await outcome((response) => response.destroy());
    const id = graph.requests.at(-1)?.headers['client-request-id'];
    expect(error).toMatchObject({
      code: 'graph-unavailable',
      message: expect.stringContaining(`client-request-id ${id}`),
    });
    expect(error.message).toMatch(/the connection failed, [A-Z_]+/);
  });

  it('shows Graph’s message without possible keys and tokens', async () => {
    const message = `Bad value 'MIIC${'x9'.repeat(30)}' for 5f1c0d6e-0000-4000-8000-000000000001.\nBearer ${token}`;
    const { error } = await outcome({ status: 400, body: { error: { code: 'Request_BadRequest', message } } });
    expect(error.message).toContain("Graph says: Bad value '(not shown)' for 5f1c0d6e-0000-4000-8000-000000000001.");
    expect(textsOf(error)).not.toContain(token);
  });
});

describe('a call without a credential', () => {
  const named = (name: string) => Object.assign(new Error('nobody is signed in\nlong story'), { name });
  it.each(['CredentialUnavailableError', 'AuthenticationError', 'AggregateAuthenticationError'])(
    'ends with %s and sends no request',
    async (name) => {
      await withGraph([fine], async (graph) => {
        const credential = { getToken: () => Promise.reject(named(name)) };
        const error = (await rejection(createSend({ ...graph.settings, credential })(get))) as ConsentinelError;
        expect(error).toMatchObject({ code: 'credential-missing', remedy: expect.stringContaining('az login') });
        expect(error.message).toBe('The credential returned no access token for Microsoft Graph: nobody is signed in.');
        expect(graph.requests).toHaveLength(0);
      });
    },
  );

  it('ends the same way when the credential returns null', async () => {
    await withGraph([fine], async (graph) => {
      const send = createSend({ ...graph.settings, credential: { getToken: async () => null } });
      expect(await rejection(send(get))).toMatchObject({ code: 'credential-missing' });
    });
  });

  it('passes on any other error of the credential as a defect', async () => {
    await withGraph([fine], async (graph) => {
      const defect = new RangeError('a bug');
      const send = createSend({ ...graph.settings, credential: { getToken: () => Promise.reject(defect) } });
      expect(await rejection(send(get))).toBe(defect);
    });
  });
});

describe('a call that is aborted', () => {
  it('stops while it waits for the response', async () => {
    const stop = new AbortController();
    await withGraph([() => stop.abort()], async (graph) => {
      const error = await rejection(createSend(graph.settings)({ ...get, signal: stop.signal }));
      expect(error).toMatchObject({ code: 'aborted' });
    });
  });

  it('stops while it waits for the next attempt, with the real clock', async () => {
    const stop = new AbortController();
    await withGraph([failure(429, 'x', { 'retry-after': '200' })], async (graph) => {
      const { wait: _wait, ...patient } = graph.settings;
      const call = createSend(patient)({ ...get, signal: stop.signal });
      setTimeout(() => stop.abort(), 100);
      expect(await rejection(call)).toMatchObject({ code: 'aborted' });
      expect(graph.requests).toHaveLength(1);
    });
  });

  it('stops while it waits for a token that never comes', async () => {
    const stop = new AbortController();
    await withGraph([fine], async (graph) => {
      const credential = {
        getToken: () => {
          setImmediate(() => stop.abort());
          return new Promise<never>(() => undefined);
        },
      };
      const call = createSend({ ...graph.settings, credential })({ ...get, signal: stop.signal });
      expect(await rejection(call)).toMatchObject({ code: 'aborted' });
    });
  });

  it('sends no request if it was aborted before, and throws a ConsentinelError that is the reason', async () => {
    const reason = new ConsentinelError('lease-lost', 'Another scan took over.');
    await withGraph([fine], async (graph) => {
      const call = createSend(graph.settings)({ ...get, signal: AbortSignal.abort(reason) });
      expect(await rejection(call)).toBe(reason);
      expect(graph.requests).toHaveLength(0);
    });
  });
});

/** All texts of an error that a log can contain. */
function textsOf(error: Error): string {
  const cause = error.cause instanceof Error ? textsOf(error.cause) : String(error.cause);
  return [error.stack, error.message, JSON.stringify(error), cause].join('\n');
}
