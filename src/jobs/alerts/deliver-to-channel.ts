import type { Digest } from '../../model/alerts/digest.js';
import { ConsentinelError, explain } from '../../model/errors.js';
import { channelOf, startOf } from '../../model/scan/owed-alerts.js';
import type { Scan } from '../../model/scan/scan.js';
import type { AlertChannel, Delivery } from '../ports/index.js';
import { type DeliveryContext, deliverOnce, markPending, markSent, oweEach } from './deliver.js';

/** The name of a channel, and its recipients that have a range of their own. */
export function keysOf({ name }: AlertChannel, starts: Readonly<Record<string, string>> = {}): string[] {
  return [name, ...Object.keys(starts).filter((key) => key !== name && channelOf(key) === name)];
}

/** Whether nothing is left to do for a channel in the alert of a scan. */
export function isDone({ alerts }: Scan, channel: AlertChannel): boolean {
  if (!alerts) return false;
  const isOver = (key: string) => ['sent', 'failed'].includes(alerts.deliveries[key]?.status ?? '');
  const isDue = (key: string) => startOf(alerts, key) !== undefined;
  return (
    alerts.deliveries[channel.name]?.status === 'sent' ||
    keysOf(channel, alerts.starts).every((key) => !isDue(key) || isOver(key))
  );
}

/**
 * Sends the alert of a scan to one channel.
 * @param digests by recipient: the channel, or an owner with a range of its own
 * @returns one reason for each delivery that must be tried again
 */
export async function deliverToChannel(
  context: DeliveryContext,
  scan: Scan,
  channel: AlertChannel,
  digests: ReadonlyMap<string, Digest>,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  let deliveries: readonly Delivery[];
  try {
    deliveries = await deliveriesOf(channel, scan, digests, signal);
  } catch (error) {
    if (!(error instanceof ConsentinelError)) throw error;
    await markPending(context, scan, channel.name, explain(error));
    return [explain(error)];
  }
  const failures = new Map<string, string>();
  for (const delivery of deliveries) {
    const failure = await deliverOnce(context, scan, delivery, signal);
    if (failure) failures.set(delivery.key, failure);
  }
  const isSingle = deliveries.some(({ key }) => key === channel.name);
  if (failures.size === 0 && !isSingle) await markSent(context, scan, channel.name);
  if (failures.size > 0 && !isSingle) await oweEach(context, scan, channel.name, [...failures.keys()]);
  return [...failures.values()];
}

/** A recipient with a range of its own gets its delivery from that range only. */
async function deliveriesOf(
  channel: AlertChannel,
  { alerts }: Scan,
  digests: ReadonlyMap<string, Digest>,
  signal: AbortSignal | undefined,
): Promise<Delivery[]> {
  const keys = keysOf(channel, alerts?.starts).filter((key) => alerts && startOf(alerts, key) !== undefined);
  const own = new Set(keys.filter((key) => key !== channel.name));
  const made = new Map<Digest, readonly Delivery[]>();
  const deliveries: Delivery[] = [];
  for (const key of keys) {
    const digest = digests.get(key);
    if (!digest) continue;
    const all = made.get(digest) ?? (await channel.deliveries(digest, signal));
    made.set(digest, all);
    deliveries.push(...all.filter((one) => (own.has(key) ? one.key === key : !own.has(one.key))));
  }
  return deliveries;
}
