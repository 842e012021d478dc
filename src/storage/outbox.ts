import { type Outbox, type QueueLength, type QueueName, queueNames } from '../jobs/ports/index.js';
import type { AnyQueueName, Storage } from './connection.js';
import { ask } from './errors.js';

/** A message that was taken from a queue and is invisible there for a while. */
export interface ReceivedMessage {
  readonly id: string;
  /** Proves the present holder; another receive makes it stale. */
  readonly popReceipt: string;
  /** As it was sent: JSON. */
  readonly text: string;
  /** How often it was received, this time included. */
  readonly dequeueCount: number;
  readonly insertedAt: string;
}

/** What a pump needs, where no Functions host drains the queues. */
export interface QueueReader {
  /** At most 32 messages, hidden from other receivers for so long; empty where there is none. */
  receive(queue: AnyQueueName, max: number, visibilitySeconds: number): Promise<ReceivedMessage[]>;
  /** Deletes a message that is done with. One that is gone already is fine. */
  remove(queue: AnyQueueName, message: ReceivedMessage): Promise<void>;
  /** Moves a message that cannot be delivered to the poison queue. It may be there twice, but never nowhere. */
  poison(queue: QueueName, message: ReceivedMessage): Promise<void>;
  /** About how many messages there are, hidden ones included. */
  length(queue: AnyQueueName): Promise<number>;
}

/** A message must not die unseen: it stays until it is handled or poisoned. */
const forEver = { messageTimeToLive: -1 };

/** The queues of a storage account. Messages are plain JSON: `messageEncoding` is `none` in host.json. */
export class StorageQueues implements Outbox, QueueReader {
  constructor(private readonly storage: Storage) {}

  async send(
    queue: QueueName,
    message: Readonly<Record<string, string>>,
    { delaySeconds = 0 }: { readonly delaySeconds?: number } = {},
  ): Promise<void> {
    await this.put(queue, toAscii(JSON.stringify(message)), delaySeconds);
  }

  lengths(): Promise<readonly QueueLength[]> {
    const lengthOf = async (queue: QueueName) => {
      const [waiting, givenUp] = await Promise.all([this.length(queue), this.length(`${queue}-poison`)]);
      return { queue, waiting, givenUp };
    };
    return Promise.all(Object.values(queueNames).map(lengthOf));
  }

  async receive(queue: AnyQueueName, max: number, visibilitySeconds: number): Promise<ReceivedMessage[]> {
    const options = { numberOfMessages: Math.min(max, 32), visibilityTimeout: visibilitySeconds };
    const { receivedMessageItems } = await this.ask(queue, 'receive messages', (client) =>
      client.receiveMessages(options),
    );
    return receivedMessageItems.map((item) => ({
      id: item.messageId,
      popReceipt: item.popReceipt,
      text: item.messageText,
      dequeueCount: item.dequeueCount,
      insertedAt: item.insertedOn.toISOString(),
    }));
  }

  async remove(queue: AnyQueueName, { id, popReceipt }: ReceivedMessage): Promise<void> {
    await this.ask(queue, 'delete a message', (client) => client.deleteMessage(id, popReceipt).catch(unlessGone));
  }

  async poison(queue: QueueName, message: ReceivedMessage): Promise<void> {
    await this.put(`${queue}-poison`, message.text);
    await this.remove(queue, message);
  }

  async length(queue: AnyQueueName): Promise<number> {
    const { approximateMessagesCount } = await this.ask(queue, 'count messages', (client) => client.getProperties());
    return approximateMessagesCount ?? 0;
  }

  private async put(queue: AnyQueueName, text: string, visibilityTimeout = 0): Promise<void> {
    await this.ask(queue, 'send a message', (client) => client.sendMessage(text, { ...forEver, visibilityTimeout }));
  }

  private ask<T>(queue: AnyQueueName, doing: string, call: (client: ReturnType<Storage['queue']>) => Promise<T>) {
    return ask({ doing, target: `queue ${queue}` }, () => call(this.storage.queue(queue)));
  }
}

/** Messages travel in XML, which has no place for some characters. */
function toAscii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function unlessGone(error: { code?: string }): void {
  if (error.code !== 'MessageNotFound') throw error;
}
