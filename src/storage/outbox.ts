import { type Outbox, type QueueLength, type QueueName, queueNames } from '../jobs/ports/index.js';
import type { AnyQueueName, Storage } from './connection.js';
import { isMissingQueue, withStorageErrors } from './errors.js';

/** A received message. It stays in the queue, invisible for a while. */
export interface ReceivedMessage {
  readonly id: string;
  /** Identifies this delivery: the next delivery makes it invalid. */
  readonly popReceipt: string;
  /** The message as it was sent, JSON. */
  readonly text: string;
  /** The number of deliveries, including this one. */
  readonly dequeueCount: number;
  readonly insertedAt: string;
}

/** Receives messages without a Functions host. */
export interface QueueReader {
  /** Receives at most 32 messages and hides them from other receivers for `visibilitySeconds`. */
  receive(queue: AnyQueueName, max: number, visibilitySeconds: number): Promise<ReceivedMessage[]>;
  /** Deletes a processed message, if it still exists. */
  remove(queue: AnyQueueName, message: ReceivedMessage): Promise<void>;
  /** Moves a message to the poison queue. After a failure it can be there twice, but it is never lost. */
  poison(queue: QueueName, message: ReceivedMessage): Promise<void>;
  /** The approximate number of messages, including hidden ones. */
  length(queue: AnyQueueName): Promise<number>;
}

/** A message stays until it is processed or moved to the poison queue. */
const neverExpires = { messageTimeToLive: -1 };

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
    const { receivedMessageItems } = await this.call(queue, 'receive messages', (client, abortSignal) =>
      client.receiveMessages({ ...options, abortSignal }),
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
    await this.call(queue, 'delete a message', (client, abortSignal) =>
      client.deleteMessage(id, popReceipt, { abortSignal }).catch(ignoreMissing),
    );
  }

  async poison(queue: QueueName, message: ReceivedMessage): Promise<void> {
    await this.put(`${queue}-poison`, message.text);
    await this.remove(queue, message);
  }

  async length(queue: AnyQueueName): Promise<number> {
    const { approximateMessagesCount } = await this.call(queue, 'count messages', (client, abortSignal) =>
      client.getProperties({ abortSignal }),
    );
    return approximateMessagesCount ?? 0;
  }

  private async put(queue: AnyQueueName, text: string, visibilityTimeout = 0): Promise<void> {
    await this.call(queue, 'send a message', async (client, abortSignal) => {
      const send = () => client.sendMessage(text, { ...neverExpires, visibilityTimeout, abortSignal });
      try {
        await send();
      } catch (error) {
        // The queue service did not answer when the program started: see `ensureTablesAndReachableQueues`.
        if (!isMissingQueue(error)) throw error;
        await client.createIfNotExists({ abortSignal });
        await send();
      }
    });
  }

  private call<T>(
    queue: AnyQueueName,
    action: string,
    call: (client: ReturnType<Storage['queue']>, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const send = () => call(this.storage.queue(queue), this.storage.queueTimeout());
    return withStorageErrors({ action, target: `queue ${queue}` }, send);
  }
}

/** Queue Storage uses XML, which does not allow some characters. */
function toAscii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function ignoreMissing(error: { code?: string }): void {
  if (error.code !== 'MessageNotFound') throw error;
}
