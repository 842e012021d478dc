import { type Outbox, type QueueLength, type QueueName, queueNames } from '../jobs/ports/index.js';
import type { AnyQueueName, Storage } from './connection.js';
import { withStorageErrors } from './errors.js';
import type { Queue, ReceivedMessage } from './queue.js';

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

/** The queues of an installation. Messages are plain JSON: `messageEncoding` is `none` in host.json. */
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

  receive(queue: AnyQueueName, max: number, visibilitySeconds: number): Promise<ReceivedMessage[]> {
    return this.call(queue, 'receive messages', (one) => one.receive(max, visibilitySeconds));
  }

  async remove(queue: AnyQueueName, message: ReceivedMessage): Promise<void> {
    await this.call(queue, 'delete a message', (one) => one.remove(message));
  }

  async poison(queue: QueueName, message: ReceivedMessage): Promise<void> {
    await this.put(`${queue}-poison`, message.text);
    await this.remove(queue, message);
  }

  length(queue: AnyQueueName): Promise<number> {
    return this.call(queue, 'count messages', (one) => one.length());
  }

  private async put(queue: AnyQueueName, text: string, delaySeconds = 0): Promise<void> {
    await this.call(queue, 'send a message', (one) => one.send(text, delaySeconds));
  }

  private call<T>(queue: AnyQueueName, action: string, call: (queue: Queue) => Promise<T>): Promise<T> {
    return withStorageErrors({ action, target: `queue ${queue}` }, () => call(this.storage.queue(queue)));
  }
}

/** Queue Storage uses XML, which does not allow some characters. */
function toAscii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
