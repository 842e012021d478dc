import { expect, it } from '@jest/globals';
import { RequestQueue } from '../../src/graph/http/request-queue.js';

/** Requests that end when the test says so, and the order in which they began. */
function requests(queue: RequestQueue) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (name: string, urgent?: boolean) =>
    queue.run(() => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    }, urgent);
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, run, end };
}

it('runs requests in their order, and urgent ones before those that wait', async () => {
  const { begun, run, end } = requests(new RequestQueue(1));
  for (const name of ['a', 'b', 'c']) void run(name);
  void run('urgent', true);
  await end('none');
  expect(begun).toEqual(['a']);
  await end('a');
  await end('urgent');
  await end('b');
  expect(begun).toEqual(['a', 'urgent', 'b', 'c']);
});

it('begins waiting requests when the bound grows, and frees the place of a failed one', async () => {
  const queue = new RequestQueue(1);
  const { begun, run } = requests(queue);
  await expect(queue.run(() => Promise.reject(new Error('no answer')))).rejects.toThrow('no answer');
  for (const name of ['a', 'b', 'c']) void run(name);
  queue.concurrency = 2;
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(['a', 'b']);
});
