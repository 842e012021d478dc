/** A received message. It stays in the queue, invisible for a while. */
export interface ReceivedMessage {
  readonly id: string;
  /** Identifies this delivery: the next delivery makes it invalid. */
  readonly popReceipt: string;
  /** The message as it was sent, JSON. */
  readonly text: string;
  /** The number of deliveries, including this one. */
  readonly dequeueCount: number;
  /** ISO 8601 UTC. */
  readonly insertedAt: string;
}

/**
 * A queue whose messages stay until they are removed. It has two implementations: Queue Storage and SQLite. Its errors are
 * described in `errors.ts`.
 */
export interface Queue {
  readonly name: string;
  /** Creates the queue if it does not exist. */
  create(): Promise<void>;
  /** Adds a message that receivers see after `delaySeconds`. @param text ASCII, at most 64 KiB */
  send(text: string, delaySeconds: number): Promise<void>;
  /** Receives at most 32 messages and hides them from other receivers for `visibilitySeconds`. */
  receive(max: number, visibilitySeconds: number): Promise<ReceivedMessage[]>;
  /** Deletes a message, if it still exists. An error if it was delivered again meanwhile. */
  remove(message: Pick<ReceivedMessage, 'id' | 'popReceipt'>): Promise<void>;
  /** The approximate number of messages, including hidden ones. */
  length(): Promise<number>;
}
