import { ConsentinelError, explain } from '../../model/errors.js';
import { channelOf, startOf } from '../../model/scan/owed-alerts.js';
import type { Scan } from '../../model/scan/scan.js';
import type { DeliveryState } from '../../model/scan/scan-alerts.js';
import type { Clock, Delivery, ScanStore } from '../ports/index.js';

/** What deliveries are recorded with. */
export interface DeliveryContext {
  readonly scans: ScanStore;
  readonly clock: Clock;
}

/** Longer than any channel takes for one delivery: the worker of an older claim has stopped. */
export const claimMilliseconds = 180_000;

/**
 * Sends one delivery of a scan's alert, unless it was sent or has failed. The claim is written before the delivery and
 * the outcome after it, both under the row's etag. So only one of two workers sends, and after a crash at most one
 * delivery is repeated.
 * @returns why it was not delivered and must be tried again; undefined if nothing is left to do
 * @throws any error that is not a ConsentinelError
 */
export async function deliverOnce(
  context: DeliveryContext,
  scan: Scan,
  delivery: Delivery,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { key } = delivery;
  const before = await claim(context, scan, key);
  if (typeof before !== 'number') return before.reason;
  const attempts = before + 1;
  try {
    await delivery.send(signal);
  } catch (error) {
    const reason = error instanceof ConsentinelError ? explain(error) : 'Internal error. See the log.';
    await mark(context, scan, key, { status: 'pending', at: context.clock.now(), attempts, error: reason });
    if (!(error instanceof ConsentinelError)) throw error;
    return reason;
  }
  await mark(context, scan, key, { status: 'sent', at: context.clock.now(), attempts });
  return undefined;
}

/** Records an error of a channel from before it knew its deliveries. */
export async function markPending(context: DeliveryContext, scan: Scan, key: string, error: string): Promise<void> {
  const attempts = (scan.alerts?.deliveries[key]?.attempts ?? 0) + 1;
  await mark(context, scan, key, { status: 'pending', at: context.clock.now(), attempts, error });
}

/** Records that all deliveries of a channel were sent. */
export async function markSent(context: DeliveryContext, scan: Scan, key: string): Promise<void> {
  const attempts = scan.alerts?.deliveries[key]?.attempts ?? 0;
  await mark(context, scan, key, { status: 'sent', at: context.clock.now(), attempts: attempts + 1 });
}

/**
 * Records which recipients of a channel have not received the alert, after a delivery to each was tried: the others do
 * not get it again.
 */
export async function oweEach(
  { scans }: DeliveryContext,
  { tenantId, id, status }: Scan,
  channel: string,
  keys: readonly string[],
): Promise<void> {
  await scans.amend(tenantId, id, (scan) => {
    const { alerts } = scan;
    if (!alerts?.starts || alerts.about !== status) return undefined;
    const start = startOf(alerts, channel) ?? alerts.from;
    const others = Object.entries(alerts.starts).filter(([key]) => channelOf(key) !== channel);
    const owed = keys.map((key): [string, string] => [key, alerts.starts?.[key] ?? start]);
    return { ...scan, alerts: { ...alerts, starts: Object.fromEntries([...others, ...owed]) } };
  });
}

/** Ends the deliveries that the alert of a later scan includes. Returns the row. */
export async function markIncludedLater(context: DeliveryContext, scan: Scan, keys: readonly string[]): Promise<Scan> {
  const at = context.clock.now();
  const amended = await context.scans.amend(scan.tenantId, scan.id, (now) => {
    const open = keys.filter((key) => !['sent', 'failed'].includes(now.alerts?.deliveries[key]?.status ?? ''));
    return open.reduce<Scan | undefined>((changed, key) => {
      const { attempts = 0, error = 'The alert of a later scan includes it.' } = now.alerts?.deliveries[key] ?? {};
      return withDelivery(changed ?? now, scan.status, key, { status: 'failed', at, attempts, error });
    }, undefined);
  });
  return amended ?? scan;
}

/** The row with one changed delivery; undefined if the scan runs again and its alert is about another status. */
function withDelivery(scan: Scan, about: Scan['status'], key: string, delivery: DeliveryState): Scan | undefined {
  const { alerts } = scan;
  if (!alerts || alerts.about !== about) return undefined;
  return { ...scan, alerts: { ...alerts, deliveries: { ...alerts.deliveries, [key]: delivery } } };
}

/**
 * @returns the number of earlier attempts; or, if the delivery cannot be claimed now, the reason for a retry, if any
 */
async function claim(
  { scans, clock }: DeliveryContext,
  { tenantId, id, status }: Scan,
  key: string,
): Promise<number | { reason: string | undefined }> {
  let reason: string | undefined;
  let attempts = 0;
  const claimed = await scans.amend(tenantId, id, (scan) => {
    const known = scan.alerts?.deliveries[key];
    const at = clock.now();
    const busy = known?.status === 'sending' && Date.parse(at) - Date.parse(known.at) < claimMilliseconds;
    reason = busy ? `Another worker has been sending to ${key} since ${known.at}.` : undefined;
    if (busy || known?.status === 'sent' || known?.status === 'failed') return undefined;
    attempts = known?.attempts ?? 0;
    return withDelivery(scan, status, key, { status: 'sending', at, attempts: attempts + 1 });
  });
  return claimed ? attempts : { reason };
}

async function mark(
  { scans }: DeliveryContext,
  { tenantId, id, status }: Scan,
  key: string,
  delivery: DeliveryState,
): Promise<void> {
  await scans.amend(tenantId, id, (scan) => withDelivery(scan, status, key, delivery));
}
