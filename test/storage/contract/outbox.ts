import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Inbox, Outbox } from '../../../src/jobs/ports/index.js';
import { queueNames } from '../../../src/jobs/ports/index.js';
import { lettersAround32KiB, unicodeTexts } from './texts.js';

/** Both ends of the queues of one empty storage. */
export interface Queues {
  readonly outbox: Outbox;
  readonly inbox: Inbox;
}

/**
 * Tests an implementation of `Outbox` and of `Inbox`, its other end, through the ports alone.
 * @param name the implementation, for the report
 * @param create creates empty queues
 */
export function describeOutbox(name: string, create: () => Promise<Queues>): void {
  describe(`the queues on ${name}`, () => {
    let outbox: Outbox;
    let inbox: Inbox;

    beforeEach(async () => {
      ({ outbox, inbox } = await create());
    });

    const waiting = async () => (await outbox.lengths()).find(({ queue }) => queue === 'alerts')?.waiting;
    const textsOf = (messages: readonly { text: string }[]) => messages.map(({ text }) => JSON.parse(text));

    it('deliver texts of any characters, and of 32 KiB, unchanged as JSON', async () => {
      for (const [, text] of [...unicodeTexts, ...lettersAround32KiB]) {
        const message = { scanId: text, tenantId: 't' };
        await outbox.send('scan-requests', message);
        const [received] = await inbox.receive('scan-requests', 1, 30);
        expect(JSON.parse(received?.text ?? '')).toEqual(message);
        expect(received?.dequeueCount).toBe(1);
        expect(Date.parse(received?.insertedAt ?? '')).toBeGreaterThan(0);
      }
    });

    it('are separate, and report their lengths', async () => {
      await outbox.send('alerts', { scanId: '1' });
      await outbox.send('alerts', { scanId: '2' });
      await outbox.send('remediations', { remediationId: 'r1' });
      expect(await inbox.receive('scan-requests', 32, 30)).toEqual([]);
      const lengths = await outbox.lengths();
      expect(lengths.map(({ queue }) => queue).sort()).toEqual(Object.values(queueNames).sort());
      expect(lengths.map(({ queue, waiting, givenUp }) => [queue, waiting, givenUp]).sort()).toEqual([
        ['alerts', 2, 0],
        ['remediations', 1, 0],
        ['scan-requests', 0, 0],
      ]);
    });

    it('hide a received message, and delete it for good', async () => {
      await outbox.send('alerts', { scanId: '1' });
      const [message] = await inbox.receive('alerts', 32, 30);
      expect(await inbox.receive('alerts', 32, 30)).toEqual([]);
      expect(await waiting()).toBe(1);
      if (message) await inbox.remove('alerts', message);
      expect(await waiting()).toBe(0);
    });

    it('deliver a message again when it becomes visible, with a higher dequeue count', async () => {
      await outbox.send('alerts', { scanId: '1' });
      const [first] = await inbox.receive('alerts', 1, 1);
      await sleep(1_500);
      const [second] = await inbox.receive('alerts', 1, 30);
      expect([first?.dequeueCount, second?.dequeueCount]).toEqual([1, 2]);
      expect(second).toMatchObject({ id: first?.id, text: first?.text, insertedAt: first?.insertedAt });
      expect(second?.popReceipt).not.toBe(first?.popReceipt);
    });

    it('deliver a delayed message after its delay', async () => {
      await outbox.send('alerts', { scanId: '1' }, { delaySeconds: 1 });
      expect(await inbox.receive('alerts', 32, 30)).toEqual([]);
      expect(await waiting()).toBe(1);
      await sleep(1_500);
      expect(textsOf(await inbox.receive('alerts', 32, 30))).toEqual([{ scanId: '1' }]);
    });

    it('deliver at most as many messages as requested, and never more than 32', async () => {
      for (let i = 0; i < 34; i++) await outbox.send('alerts', { scanId: String(i) });
      const received = [
        ...(await inbox.receive('alerts', 1, 30)),
        ...(await inbox.receive('alerts', 100, 30)),
        ...(await inbox.receive('alerts', 100, 30)),
      ];
      expect(received).toHaveLength(34);
      expect(new Set(received.map(({ id }) => id)).size).toBe(34);
    });

    it('accept the removal of a message that is removed already', async () => {
      await outbox.send('alerts', { scanId: '1' });
      const [message] = await inbox.receive('alerts', 1, 30);
      if (!message) throw new Error('no message');
      await inbox.remove('alerts', message);
      await expect(inbox.remove('alerts', message)).resolves.toBeUndefined();
    });
  });
}
