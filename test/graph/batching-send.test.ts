import { describe, expect, it } from '@jest/globals';
import { readMany } from '../../src/graph/http/batch.js';
import { BatchQueue } from '../../src/graph/http/batch-queue.js';
import { batchingSend } from '../../src/graph/http/batching-send.js';
import type { GraphCall, Send } from '../../src/graph/http/send.js';
import { rejection } from './scripted-graph.js';

type Item = { status: number; body?: unknown; headers?: Record<string, string> };

/** A send that answers requests by their paths, in batches and alone, and the calls that it gets. */
function scripted(answers: Readonly<Record<string, Item>>, answerBatch?: (call: GraphCall) => unknown) {
  const calls: GraphCall[] = [];
  const send: Send = async (call) => {
    calls.push(call);
    await new Promise((resolve) => setImmediate(resolve));
    if (call.path !== '/$batch') return { status: 200, body: `alone ${call.path}`, requestId: undefined };
    const { requests } = call.body as { requests: { id: string; url: string }[] };
    const responses = requests.map(({ id, url }) => ({ id, ...(answers[url] ?? { status: 200, body: `of ${url}` }) }));
    return { status: 200, body: answerBatch?.(call) ?? { responses: responses.reverse() }, requestId: undefined };
  };
  const stats = { requests: 0, retries: 0, resourceUnits: 0 };
  const queue = new BatchQueue(send, stats);
  const throttled: unknown[] = [];
  const batching = batchingSend(send, {
    queue,
    pause: (path) => (path === '/paused' ? 1 : 0),
    throttled: (...facts) => throttled.push(facts),
  });
  const get = async (path: string, more: Partial<GraphCall> = {}) =>
    (await batching({ method: 'GET', path, mayBatch: true, ...more })).body;
  const batches = () =>
    calls
      .filter(({ path }) => path === '/$batch')
      .map(({ body }) => (body as { requests: { url: string }[] }).requests.map(({ url }) => url));
  const context = { send, stats, queue, wait: async () => undefined, random: () => 0, budget: 1_000 };
  return { calls, get, batches, throttled, context, stats };
}

describe('calls that begin at the same time', () => {
  it('come in one batch with the reads of many objects, equal ones once', async () => {
    const { get, batches, context } = scripted({});
    const [one, same, other, found] = await Promise.all([
      get('/a'),
      get('/a'),
      get('/b', { headers: { ConsistencyLevel: 'eventual' } }),
      readMany(context, ['/c', '/a']),
    ]);
    expect([one, same, other, found.get('/a')?.body, found.get('/c')?.body]).toEqual([
      'of /a',
      'of /a',
      'of /b',
      'of /a',
      'of /c',
    ]);
    expect(batches()).toEqual([['/a', '/b', '/c']]);
    await Promise.all([get('/a'), get('/b')]);
    expect(batches()).toHaveLength(2);
  });

  it('keep their headers, and are sent alone if there is no other', async () => {
    const { get, calls } = scripted({});
    expect(await get('/a', { headers: { ConsistencyLevel: 'eventual' } })).toBe('alone /a');
    await Promise.all([get('/a', { headers: { ConsistencyLevel: 'eventual' } }), get('/a')]);
    expect(calls[1]?.body).toMatchObject({
      requests: [{ url: '/a', headers: { ConsistencyLevel: 'eventual' } }, { url: '/a' }],
    });
  });

  it('divide into batches of 20', async () => {
    const { get, batches } = scripted({});
    await Promise.all(Array.from({ length: 41 }, (_, i) => get(`/${i}`)));
    expect(batches().map(({ length }) => length)).toEqual([20, 20]);
  });

  it('are sent alone without the mark, and while their budget is paused', async () => {
    const { get, batches } = scripted({});
    expect(await Promise.all([get('/a', { mayBatch: false }), get('/paused'), get('/b')])).toEqual([
      'alone /a',
      'alone /paused',
      'alone /b',
    ]);
    expect(batches()).toEqual([]);
  });
});

describe('a call inside a batch', () => {
  it.each([429, 500, 503, 401])('is sent alone after %j, and the others are answered', async (status) => {
    const { get, throttled } = scripted({ '/a': { status, headers: { 'Retry-After': '3' } } });
    expect(await Promise.all([get('/a'), get('/b')])).toEqual(['alone /a', 'of /b']);
    expect(throttled).toEqual(status === 429 ? [['/a', 3_000]] : []);
  });

  it('has the error of its own request when Graph refuses it', async () => {
    const body = { error: { code: 'Authorization_RequestDenied', message: 'No.' } };
    const { get, calls } = scripted({ '/domains?$select=id': { status: 403, body } });
    const [error, other] = await Promise.all([rejection(get('/domains?$select=id')), get('/b')]);
    expect(error).toMatchObject({
      code: 'permission-missing',
      permission: 'Domain.Read.All',
      message: expect.stringContaining('GET /domains was answered 403 Authorization_RequestDenied'),
    });
    expect(other).toBe('of /b');
    expect(calls).toHaveLength(1);
  });

  it('is sent alone if the batch lacks it or is not a batch', async () => {
    for (const body of [{ responses: [{ id: '1', status: 200, body: 'of /b' }] }, 'text']) {
      const { get } = scripted({}, () => body);
      expect((await Promise.all([get('/a'), get('/b')]))[0]).toBe('alone /a');
    }
  });

  it('ends at once when it is aborted, and the batch goes on for the others', async () => {
    const { get, calls } = scripted({});
    const [one, other] = [new AbortController(), new AbortController()];
    const reading = Promise.all([rejection(get('/a', { signal: one.signal })), get('/b', { signal: other.signal })]);
    await new Promise((resolve) => setImmediate(resolve));
    one.abort();
    const [error, answer] = await reading;
    expect([error, answer]).toMatchObject([expect.anything(), 'of /b']);
    expect(calls[0]?.signal?.aborted).toBe(false);
    other.abort();
  });

  it('is aborted before it is sent', async () => {
    const { get, calls } = scripted({});
    const aborted = AbortSignal.abort();
    expect(await rejection(get('/a', { signal: aborted }))).toMatchObject({ code: 'aborted' });
    expect(calls).toEqual([]);
  });

  it('counts its resource units', async () => {
    const units = { status: 200, headers: { 'x-ms-resource-unit': '2' } };
    const { get, stats } = scripted({ '/a': units, '/b': units });
    await Promise.all([get('/a'), get('/b')]);
    expect(stats.resourceUnits).toBe(4);
  });
});
