import { expect, it } from '@jest/globals';
import { type BatchContext, readMany } from '../../src/graph/http/batch.js';
import type { Send } from '../../src/graph/http/send.js';

/** Answers each batch after a turn of the event loop, and counts the batches under way. */
function counted(status: (at: number) => number) {
  const seen = { sent: 0, underWay: 0, most: 0 };
  const send: Send = async ({ body }) => {
    const at = seen.sent++;
    seen.most = Math.max(seen.most, ++seen.underWay);
    await new Promise((resolve) => setImmediate(resolve));
    seen.underWay--;
    const { requests } = body as { requests: { id: string; url: string }[] };
    const responses = requests.map(({ id, url }) => ({ id, status: status(at), body: { url } }));
    return { status: 200, body: { responses }, requestId: undefined };
  };
  const stats = { requests: 0, retries: 0, resourceUnits: 0 };
  const context: BatchContext = { send, stats, wait: async () => undefined, random: () => 0, budget: 1_000 };
  return { seen, context };
}

const paths = Array.from({ length: 210 }, (_, i) => `/applications/${i}`);

it('reads eight batches of twenty at the same time, and returns each object under its path', async () => {
  const { seen, context } = counted(() => 200);
  const found = await readMany(context, paths);
  expect(seen).toEqual({ sent: 11, underWay: 0, most: 8 });
  expect(paths.map((path) => found.get(path)?.body)).toEqual(paths.map((url) => ({ url })));
});

it('begins no further batch after one that failed', async () => {
  const { seen, context } = counted((at) => (at === 0 ? 403 : 200));
  await expect(readMany(context, paths)).rejects.toThrow('/applications/0');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(seen.sent).toBeLessThan(11);
});

it('reports the Retry-After of one throttled request of a batch, which holds for all requests', async () => {
  const { context } = counted(() => 200);
  let isFirst = true;
  const send: Send = async (call) => {
    if (!isFirst) return context.send(call);
    isFirst = false;
    const responses = [{ id: '0', status: 429, headers: { 'Retry-After': '2.5' }, body: {} }];
    return { status: 200, body: { responses }, requestId: undefined };
  };
  const throttled: unknown[] = [];
  await readMany({ ...context, budget: 60_000, send, throttled: (...facts) => throttled.push(facts) }, [
    '/applications/1',
  ]);
  expect(throttled).toEqual([['/applications/1', 2_500]]);
});
