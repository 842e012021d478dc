import { describe, expect, it } from '@jest/globals';
import { GraphCallError } from '../../src/graph/http/errors.js';
import { createSend, type GraphCall } from '../../src/graph/http/send.js';
import { ConsentinelError } from '../../src/model/errors.js';
import { dropInBody, failure, type Reply, rejection, silence, token, withGraph } from './small-graph.js';

const get: GraphCall = { method: 'GET', path: '/organization?$select=id' };
const patch: GraphCall = { method: 'PATCH', path: '/applications/o1', body: { keyCredentials: [] } };
const fine: Reply = { body: { value: [] } };

describe('a call', () => {
  it('goes out with the token, an id of its own and the path as given, and returns the parsed body', async () => {
    await withGraph([fine], async (graph) => {
      expect(await createSend(graph.settings)(get)).toEqual({ status: 200, body: { value: [] }, requestId: 'r-1' });
      const [request] = graph.requests;
      expect(request?.path).toBe('/v1.0/organization?$select=id');
      expect(request?.headers.authorization).toBe(`Bearer ${token}`);
      expect(request?.headers['client-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    });
  });

  it('sends a body as JSON, and takes an empty answer to a write for what it is', async () => {
    await withGraph([{ status: 204 }], async (graph) => {
      expect(await createSend(graph.settings)(patch)).toMatchObject({ status: 204, body: undefined });
      expect(graph.requests[0]).toMatchObject({ method: 'PATCH', body: '{"keyCredentials":[]}' });
      expect(graph.requests[0]?.headers['content-type']).toBe('application/json');
    });
  });

  it.each<[string, Reply]>([
    ['429', failure(429, 'TooManyRequests')],
    ['502 with a page of HTML', { status: 502, body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['503', failure(503, 'serviceNotAvailable')],
    ['504 without a body', { status: 504 }],
    ['a connection dropped before the answer', (response) => response.destroy()],
    ['a connection dropped inside the body', dropInBody],
    ['a 200 that is no JSON', { body: '<html>' }],
    ['a 200 that is cut off', { body: '{"value":[' }],
    ['a 200 without a body', {}],
  ])('that reads is made again after %s', async (_, reply) => {
    await withGraph([reply, reply, fine], async (graph) => {
      const stats = { requests: 0, retries: 0, resourceUnits: 0 };
      expect(await createSend(graph.settings, stats)(get)).toMatchObject({ status: 200 });
      expect(stats).toEqual({ requests: 3, retries: 2, resourceUnits: 0 });
      expect(graph.waits).toEqual([750, 1500]);
    });
  });

  it('that reads is made again when an attempt takes too long', async () => {
    await withGraph([silence, fine], async (graph) => {
      const send = createSend({ ...graph.settings, timeout: 50 });
      expect(await send(get)).toMatchObject({ status: 200 });
    });
  });

  it('waits as long as Graph asks, in seconds or until a date by Graph’s own clock', async () => {
    const dated = { 'retry-after': 'Tue, 24 Nov 2026 08:00:09 GMT', date: 'Tue, 24 Nov 2026 08:00:00 GMT' };
    const replies = [failure(429, 'x', { 'retry-after': '2.128' }), failure(503, 'x', dated), fine];
    await withGraph(replies, async (graph) => {
      await createSend(graph.settings)(get);
      expect(graph.waits).toEqual([2128, 9000]);
    });
  });

  it('that writes goes out once, whatever happens to it, and says that it may have taken effect', async () => {
    for (const reply of [failure(503, 'x'), failure(504, 'x'), dropInBody, ((r) => r.destroy()) as Reply]) {
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

  it('that writes is made again after 429, which comes before any effect', async () => {
    await withGraph([failure(429, 'x', { 'retry-after': '3' }), { status: 204 }], async (graph) => {
      expect(await createSend(graph.settings)(patch)).toMatchObject({ status: 204 });
      expect(graph.waits).toEqual([3000]);
    });
  });
});

describe('a call that fails for good', () => {
  const outcome = async (reply: Reply, call = get) =>
    withGraph([reply], async (graph) => {
      const error = (await rejection(createSend(graph.settings)(call))) as GraphCallError;
      return { error, graph };
    });

  it.each([
    [401, 'InvalidAuthenticationToken', 'credential-rejected'],
    [403, 'Authorization_RequestDenied', 'permission-missing'],
    [403, 'CannotUpdateLockedServicePrincipalProperty', 'graph-rejected'],
    [404, 'Request_ResourceNotFound', 'graph-rejected'],
    [400, 'Request_BadRequest', 'graph-rejected'],
    [302, '', 'graph-rejected'],
    [500, 'InternalServerError', 'graph-unavailable'],
  ])('with %s %s is %s, and is not made again', async (status, graphCode, code) => {
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
  ])('for want of a permission names it, and says how to grant it: %j', async (call, permission) => {
    const { error } = await outcome(failure(403, 'Authorization_RequestDenied'), call);
    expect(error.message).toContain(`It needs the application permission ${permission}.`);
    expect(error.remedy).toContain(`Grant ${permission}`);
    expect(error.remedy).toContain('admin consent');
  });

  it('ends after the budget, waits counted as asked for', async () => {
    const { error, graph } = await outcome(failure(503, 'x'));
    expect(error).toMatchObject({ code: 'graph-unavailable', call: { status: 503, attempts: graph.requests.length } });
    const waited = graph.waits.reduce((sum, each) => sum + each, 0);
    expect(waited).toBeLessThan(300_000);
    expect(waited).toBeGreaterThan(240_000);
  });

  it('ends at once where Graph asks for a longer wait than is left', async () => {
    const { error, graph } = await outcome(failure(429, 'x', { 'retry-after': '600' }));
    expect(error.message).toContain('Graph asks to wait 600 s, which is more than the 300 s left for this call.');
    expect(graph.waits).toEqual([]);
  });

  it('does not follow a redirect: the token would go along', async () => {
    const { error, graph } = await outcome({ status: 302, headers: { location: '/v1.0/elsewhere' } });
    expect(error).toMatchObject({ code: 'graph-rejected', call: { status: 302 } });
    expect(graph.requests).toHaveLength(1);
  });

  it('ends with the budget, also while an attempt hangs', async () => {
    await withGraph([silence], async (graph) => {
      const error = await rejection(createSend({ ...graph.settings, budget: 50 })(get));
      expect(error).toMatchObject({ code: 'graph-unavailable', message: expect.stringContaining('no answer in') });
    });
  });

  it('is malformed where the body never is JSON, and does not quote it', async () => {
    const { error, graph } = await outcome({ body: '{"value":[{"key":"TOPSECRET"' });
    expect(error).toMatchObject({ code: 'graph-malformed', call: { requestId: 'r-1', attempts: 4 } });
    expect(inAll(error)).not.toContain('TOPSECRET');
    expect(graph.requests).toHaveLength(4);
  });

  it('names the call by our own id where no answer came', async () => {
    const { error, graph } = await outcome((response) => response.destroy());
    const id = graph.requests.at(-1)?.headers['client-request-id'];
    expect(error).toMatchObject({
      code: 'graph-unavailable',
      message: expect.stringContaining(`client-request-id ${id}`),
    });
    expect(error.message).toMatch(/the connection failed, [A-Z_]+/);
  });

  it('shows Graph’s own sentence, but nothing in it that could be a key or a token', async () => {
    const message = `Bad value 'MIIC${'x9'.repeat(30)}' for 5f1c0d6e-0000-4000-8000-000000000001.\nBearer ${token}`;
    const { error } = await outcome({ status: 400, body: { error: { code: 'Request_BadRequest', message } } });
    expect(error.message).toContain("Graph says: Bad value '(not shown)' for 5f1c0d6e-0000-4000-8000-000000000001.");
    expect(inAll(error)).not.toContain(token);
  });
});

describe('a call without a credential', () => {
  const named = (name: string) => Object.assign(new Error('nobody is signed in\nlong story'), { name });
  it.each(['CredentialUnavailableError', 'AuthenticationError', 'AggregateAuthenticationError'])(
    'that is missing for %s is not made',
    async (name) => {
      await withGraph([fine], async (graph) => {
        const credential = { getToken: () => Promise.reject(named(name)) };
        const error = (await rejection(createSend({ ...graph.settings, credential })(get))) as ConsentinelError;
        expect(error).toMatchObject({ code: 'credential-missing', remedy: expect.stringContaining('az login') });
        expect(error.message).toBe('There is no access token for Microsoft Graph: nobody is signed in');
        expect(graph.requests).toHaveLength(0);
      });
    },
  );

  it('that answers null is the same', async () => {
    await withGraph([fine], async (graph) => {
      const send = createSend({ ...graph.settings, credential: { getToken: async () => null } });
      expect(await rejection(send(get))).toMatchObject({ code: 'credential-missing' });
    });
  });

  it('is a defect of the program for any other error', async () => {
    await withGraph([fine], async (graph) => {
      const defect = new RangeError('a bug');
      const send = createSend({ ...graph.settings, credential: { getToken: () => Promise.reject(defect) } });
      expect(await rejection(send(get))).toBe(defect);
    });
  });
});

describe('a call that is aborted', () => {
  it('stops while it waits for the answer', async () => {
    const stop = new AbortController();
    await withGraph([() => stop.abort()], async (graph) => {
      const error = await rejection(createSend(graph.settings)({ ...get, signal: stop.signal }));
      expect(error).toMatchObject({ code: 'aborted' });
    });
  });

  it('stops while it waits to try again, on the real clock', async () => {
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

  it('makes no request where it was aborted before, and passes on a reason that speaks to a person', async () => {
    const reason = new ConsentinelError('lease-lost', 'Another scan took over.');
    await withGraph([fine], async (graph) => {
      const call = createSend(graph.settings)({ ...get, signal: AbortSignal.abort(reason) });
      expect(await rejection(call)).toBe(reason);
      expect(graph.requests).toHaveLength(0);
    });
  });
});

/** Everything that a log could show of an error. */
function inAll(error: Error): string {
  const cause = error.cause instanceof Error ? inAll(error.cause) : String(error.cause);
  return [error.stack, error.message, JSON.stringify(error), cause].join('\n');
}
