import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type AnyQueueName, ensureStorage, type Storage } from '../../../src/storage/connection.js';
import { StorageQueues } from '../../../src/storage/outbox.js';
import { rejection } from '../../graph/scripted-graph.js';

/**
 * Tests the queues of a storage, as two processes use them.
 * @param name the implementation, for the report
 */
export function describeQueue(name: string, create: () => Promise<readonly [Storage, Storage]>): void {
  describe(`a queue on ${name}`, () => {
    let one: Storage;
    let other: Storage;
    let queues: StorageQueues;
    beforeAll(async () => {
      [one, other] = await create();
      await ensureStorage(one);
      queues = new StorageQueues(one);
    });
    const received = async (storage: Storage, queue: AnyQueueName, seconds: number) => {
      const [message] = await storage.queue(queue).receive(1, seconds);
      if (!message) throw new Error('No message.');
      return message;
    };

    it('refuses the deletion with the receipt of an earlier delivery, and keeps the message', async () => {
      await one.queue('alerts').send('1', 0);
      const first = await received(one, 'alerts', 1);
      await sleep(1500);
      const second = await received(other, 'alerts', 30);
      expect([second.id, second.dequeueCount]).toEqual([first.id, 2]);
      expect(second.popReceipt).not.toBe(first.popReceipt);
      expect(await rejection(queues.remove('alerts', first))).toMatchObject({ code: 'storage-rejected' });
      expect(await one.queue('alerts').length()).toBe(1);
      await other.queue('alerts').remove(second);
      expect(await one.queue('alerts').length()).toBe(0);
      await one.queue('alerts').remove(second);
    });

    it('gives each message to one of two processes', async () => {
      const texts = Array.from({ length: 20 }, (_, i) => String(i));
      for (const text of texts) await one.queue('remediations').send(text, 0);
      const takes = Array.from(
        { length: 20 },
        (_, i) => [one, other][i % 2]?.queue('remediations').receive(2, 60) ?? [],
      );
      const taken = (await Promise.all(takes)).flat().map(({ text }) => text);
      expect(taken.sort()).toEqual([...texts].sort());
    });

    it('moves an abandoned message to the poison queue', async () => {
      await one.queue('scan-requests').send('{"scanId":"s1"}', 0);
      await queues.poison('scan-requests', await received(one, 'scan-requests', 30));
      expect(await queues.length('scan-requests')).toBe(0);
      expect(await received(other, 'scan-requests-poison', 30)).toMatchObject({
        text: '{"scanId":"s1"}',
        dequeueCount: 1,
      });
    });

    it('refuses a message of more than 64 KiB', async () => {
      const long = { scanId: 'x'.repeat(65_537) };
      expect(await rejection(queues.send('alerts', long))).toMatchObject({ code: 'storage-rejected' });
      expect(await queues.length('alerts')).toBe(0);
    });
  });
}
