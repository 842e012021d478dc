import { afterEach, describe, expect, it } from '@jest/globals';
import { closeSimulators, id, type SimulatorClient, startClient } from './client.js';

afterEach(closeSimulators);

const get = (name: string, url: string, more = {}) => ({ id: name, method: 'GET', url, ...more });
type Answers = Record<string, { status: number; headers?: Record<string, string>; body?: Record<string, never> }>;

/** Sends a batch. Returns the responses by id. */
async function batch(requests: unknown, prepare: (client: SimulatorClient) => void = () => undefined) {
  const client = await startClient();
  prepare(client);
  const { status, json } = await client.request('POST', '/$batch', { as: 'remediator', body: { requests } });
  const responses = (json.responses ?? []) as { id: string }[];
  return {
    status,
    code: json.error?.code,
    ids: responses.map((response) => response.id),
    by: Object.fromEntries(responses.map((r) => [r.id, r])) as unknown as Answers,
    simulator: client.simulator,
  };
}

describe('$batch', () => {
  it('answers each request, in another order', async () => {
    const { status, ids, by } = await batch([
      get('here', `/applications(appId='${id('c', 1)}')?$select=id`),
      get('gone', `/servicePrincipals(appId='${id('c', 3)}')`),
      get('listed', 'servicePrincipals?$top=1&$select=id'),
    ]);
    expect(status).toBe(200);
    expect(ids).toEqual(['listed', 'gone', 'here']);
    expect(by.here).toMatchObject({ status: 200, body: { id: id('a', 1) } });
    expect(by.gone).toMatchObject({ status: 404, body: { error: { code: 'Request_ResourceNotFound' } } });
    expect(by.listed).toMatchObject({ status: 200, body: { value: [{ id: id('b', 1) }] } });
    expect(by.here?.headers?.['Content-Type']).toMatch(/^application\/json/);
  });

  it('answers 429 to single requests inside a 200', async () => {
    const { status, by } = await batch(
      [get('one', `/applications/${id('a', 1)}`), get('two', `/applications/${id('a', 2)}`)],
      ({ simulator }) =>
        simulator.order({
          kind: 'status',
          status: 429,
          headers: { 'Retry-After': '1' },
          times: 1,
          match: { path: '/applications' },
        }),
    );
    expect([status, by.one?.status, by.two?.status]).toEqual([200, 429, 200]);
    expect(by.one?.headers?.['Retry-After']).toBe('1');
  });

  it('answers 424 to a request that depends on a failed request', async () => {
    const { by } = await batch([
      get('fails', `/applications/${id('a', 9)}`),
      get('next', '/applications', { dependsOn: ['fails'] }),
      get('last', '/applications', { dependsOn: ['NEXT'] }),
    ]);
    expect([by.fails?.status, by.next?.status, by.last?.status]).toEqual([404, 424, 424]);
  });

  it('executes a write and records it', async () => {
    const patch = { id: '1', method: 'PATCH', url: `/applications/${id('a', 1)}`, body: { notes: 'x' } };
    const { by, simulator } = await batch([{ ...patch, headers: { 'Content-Type': 'application/json' } }]);
    expect(by['1']?.status).toBe(204);
    expect(simulator.directory.find('applications', id('a', 1))?.notes).toBe('x');
    const record = { method: 'PATCH', status: 204, body: { notes: 'x' }, identity: 'remediator', inBatch: true };
    expect(simulator.requests).toContainEqual(expect.objectContaining(record));
  });

  const many = (count: number) => Array.from({ length: count }, (_, n) => get(String(n), '/applications?$top=1'));
  it('accepts 20 requests', async () => {
    expect((await batch(many(20))).ids).toHaveLength(20);
  });

  it.each([
    ['more than 20 requests', many(21)],
    ['no requests', []],
    ['a value that is not a list', 'nonsense'],
    ['ids that differ only by case', [get('a', '/applications'), get('A', '/applications')]],
    ['an absolute URL', [get('1', 'https://graph.microsoft.com/v1.0/applications')]],
    ['a request that depends on an unknown id', [get('1', '/applications', { dependsOn: ['2'] })]],
    ['a body without Content-Type', [{ id: '1', method: 'PATCH', url: `/applications/${id('a', 1)}`, body: {} }]],
  ])('rejects %s', async (_, requests) => {
    const { status, code } = await batch(requests);
    expect([status, code]).toEqual([400, 'Request_BadRequest']);
  });
});
