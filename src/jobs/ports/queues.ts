export const queueNames = { scanRequests: 'scan-requests', remediations: 'remediations', alerts: 'alerts' } as const;
export type QueueName = (typeof queueNames)[keyof typeof queueNames];

/** Messages of a queue, hidden ones included. */
export interface QueueLength {
  readonly queue: QueueName;
  readonly waiting: number;
  /** Those in its poison queue. */
  readonly givenUp: number;
}

/** Puts a message of ids on a queue: authority lives in the tables, never in a message. */
export interface Outbox {
  /** How much there is in every queue, about. */
  lengths(): Promise<readonly QueueLength[]>;
  send(
    queue: QueueName,
    message: Readonly<Record<string, string>>,
    options?: { readonly delaySeconds?: number },
  ): Promise<void>;
}

/** A message that was taken from a queue and is hidden there for a while. */
export interface TakenMessage {
  readonly id: string;
  readonly popReceipt: string;
  /** JSON. */
  readonly text: string;
  /** How often it was received, this time included. */
  readonly dequeueCount: number;
  readonly insertedAt: string;
}

/** Takes messages from a queue where no Functions host does. */
export interface Inbox {
  /** At most 32 messages, hidden from other receivers for so long; empty where there is none. */
  receive(queue: QueueName, max: number, visibilitySeconds: number): Promise<readonly TakenMessage[]>;
  remove(queue: QueueName, message: TakenMessage): Promise<void>;
}
