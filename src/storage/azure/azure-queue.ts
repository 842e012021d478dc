import type { QueueClient } from '@azure/storage-queue';
import { isMissingQueue } from '../errors.js';
import type { Queue, ReceivedMessage } from '../queue.js';

/** A message stays until it is processed or moved to the poison queue. */
const neverExpires = { messageTimeToLive: -1 };

/** A queue of Queue Storage. */
export class AzureQueue implements Queue {
  /** @param timeout ends one call, with its retries, in time */
  constructor(
    private readonly client: QueueClient,
    private readonly timeout: () => AbortSignal,
  ) {}

  get name(): string {
    return this.client.name;
  }

  get url(): string {
    return this.client.url;
  }

  async create(): Promise<void> {
    await this.client.createIfNotExists({ abortSignal: this.timeout() });
  }

  async send(text: string, delaySeconds: number): Promise<void> {
    const abortSignal = this.timeout();
    const options = { ...neverExpires, visibilityTimeout: delaySeconds, abortSignal };
    try {
      await this.client.sendMessage(text, options);
    } catch (error) {
      // The queue service did not answer when the program started: see `ensureTablesAndReachableQueues`.
      if (!isMissingQueue(error)) throw error;
      await this.client.createIfNotExists({ abortSignal });
      await this.client.sendMessage(text, options);
    }
  }

  async receive(max: number, visibilitySeconds: number): Promise<ReceivedMessage[]> {
    const { receivedMessageItems } = await this.client.receiveMessages({
      numberOfMessages: Math.min(max, 32),
      visibilityTimeout: visibilitySeconds,
      abortSignal: this.timeout(),
    });
    return receivedMessageItems.map((item) => ({
      id: item.messageId,
      popReceipt: item.popReceipt,
      text: item.messageText,
      dequeueCount: item.dequeueCount,
      insertedAt: item.insertedOn.toISOString(),
    }));
  }

  async remove({ id, popReceipt }: Pick<ReceivedMessage, 'id' | 'popReceipt'>): Promise<void> {
    await this.client.deleteMessage(id, popReceipt, { abortSignal: this.timeout() }).catch(ignoreMissing);
  }

  async length(): Promise<number> {
    const { approximateMessagesCount } = await this.client.getProperties({ abortSignal: this.timeout() });
    return approximateMessagesCount ?? 0;
  }
}

function ignoreMissing(error: { code?: string }): void {
  if (error.code !== 'MessageNotFound') throw error;
}
