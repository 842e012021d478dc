import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCredential } from '../../src/graph/auth/credential.js';
import { createSend } from '../../src/graph/http/send.js';
import {
  failure,
  type ReceivedRequest,
  type Reply,
  rejection,
  type ScriptedGraph,
  startGraph,
} from './scripted-graph.js';

const known = '5f1c0d6e-0000-4000-8000-000000000001';
const unknown = '5f1c0d6e-0000-4000-8000-000000000002';

function platform({ path }: ReceivedRequest): Reply {
  if (!path.startsWith('/msi/token')) return { body: { value: [] } };
  if (!path.includes(known)) return failure(400, 'invalid_request');
  const expires_on = String(Math.floor(Date.now() / 1000) + 3600);
  return {
    body: { access_token: 'issued', expires_on, token_type: 'Bearer', resource: 'https://graph.microsoft.com' },
  };
}

describe('a managed identity', () => {
  // One platform for all tests: the identity library caches the endpoint and the tokens for the whole process.
  let graph: ScriptedGraph;
  const variables = () => ({ IDENTITY_ENDPOINT: `${graph.origin}/msi/token`, IDENTITY_HEADER: 'header-1' });

  beforeAll(async () => {
    graph = await startGraph(platform);
    Object.assign(process.env, variables());
  });
  afterAll(async () => {
    for (const name of Object.keys(variables())) delete process.env[name];
    await graph.close();
  });

  function sendAs(clientId: string) {
    graph.requests.length = 0;
    const credential = createCredential({ simulated: true, clientId, environment: variables() });
    return createSend({ ...graph.settings, credential });
  }

  it('gets a token for Graph from the platform, and every call sends it', async () => {
    const send = sendAs(known);
    await send({ method: 'GET', path: '/organization' });
    await send({ method: 'GET', path: '/organization' });
    const [token, ...calls] = graph.requests;
    const query = new URL(token?.path ?? '', graph.origin).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({ resource: 'https://graph.microsoft.com', client_id: known });
    expect(token?.headers['x-identity-header']).toBe('header-1');
    expect(calls.map(({ headers }) => headers.authorization)).toEqual(['Bearer issued', 'Bearer issued']);
  });

  it('that the platform does not know is a missing credential; no request to Graph is sent', async () => {
    const error = await rejection(sendAs(unknown)({ method: 'GET', path: '/organization' }));
    expect(error).toMatchObject({ code: 'credential-missing', remedy: expect.stringContaining('READER_CLIENT_ID') });
    expect(graph.requests.filter(({ path }) => path.startsWith('/v1.0'))).toEqual([]);
  });
});
