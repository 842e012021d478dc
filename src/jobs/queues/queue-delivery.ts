/** What the queue service says about one delivery of a message. The sender of the message cannot choose these values. */
export interface QueueDelivery {
  /** The id that the queue service gave the message. */
  readonly messageId: string;
  /** How often the message was delivered, this time included. */
  readonly count: number;
  /** When the message was sent, ISO 8601 UTC. */
  readonly insertedAt: string;
}

/**
 * The names of the queue's own values. The Functions host replaces them by members of a JSON message that have the same
 * name, in any case. Source: azure-functions-host, `Utility.ApplyBindingData`.
 */
const queueValues = ['id', 'dequeuecount', 'insertiontime'];

/**
 * The delivery of a message, from the metadata of the Functions host.
 * @param message as the host parsed it
 * @returns undefined if the metadata are incomplete, or if the message can have replaced them
 */
export function deliveryOf(
  message: unknown,
  metadata: Readonly<Record<string, unknown>> | undefined,
): QueueDelivery | undefined {
  const members = typeof message === 'object' && message !== null ? Object.keys(message) : [];
  if (members.some((name) => queueValues.includes(name.toLowerCase()))) return undefined;
  const { id, dequeueCount, insertionTime } = metadata ?? {};
  const [count, inserted] = [Number(dequeueCount), Date.parse(String(insertionTime))];
  if (typeof id !== 'string' || id === '' || !Number.isSafeInteger(count) || count < 1) return undefined;
  return Number.isNaN(inserted) ? undefined : { messageId: id, count, insertedAt: new Date(inserted).toISOString() };
}
