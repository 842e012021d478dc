export const queueNames = { scanRequests: 'scan-requests', remediations: 'remediations', alerts: 'alerts' } as const;
export type QueueName = (typeof queueNames)[keyof typeof queueNames];

/** Messages of a queue, hidden ones included. */
export interface QueueLength {
  readonly queue: QueueName;
  readonly waiting: number;
  /** The messages in its poison queue. */
  readonly givenUp: number;
}

/** Sends messages of ids to queues: the tables decide what may be done, never a message. */
export interface Outbox {
  /** The approximate number of messages in every queue. */
  lengths(): Promise<readonly QueueLength[]>;
  send(
    queue: QueueName,
    message: Readonly<Record<string, string>>,
    options?: { readonly delaySeconds?: number },
  ): Promise<void>;
}

/** A message that was received, and is hidden in its queue for some time. */
export interface TakenMessage {
  readonly id: string;
  readonly popReceipt: string;
  /** JSON. */
  readonly text: string;
  /** How often it was received, this time included. */
  readonly dequeueCount: number;
  readonly insertedAt: string;
}

/** Receives messages of a queue without a Functions host. */
export interface Inbox {
  /** At most 32 messages, hidden from other receivers for `visibilitySeconds`; empty if the queue has none. */
  receive(queue: QueueName, max: number, visibilitySeconds: number): Promise<readonly TakenMessage[]>;
  remove(queue: QueueName, message: TakenMessage): Promise<void>;
}
