import { ConsentinelError, explain } from '../../model/errors.js';
import type { Scan } from '../../model/scan/scan.js';
import type { DeliveryState } from '../../model/scan/scan-alerts.js';
import type { Clock, Delivery, ScanStore } from '../ports/index.js';

/** What an outbox is kept with. */
export interface DeliveryContext {
  readonly scans: ScanStore;
  readonly clock: Clock;
}

/** Longer than any channel takes for one delivery: a worker that claimed a parcel before that is gone. */
const claimMilliseconds = 180_000;

/**
 * Sends one parcel of a scan's alert, unless it is done with. The claim is written before the parcel goes out and the
 * outcome after it, both under the row's version. So of two workers one sends, and a crash repeats at most the one
 * parcel that was on its way.
 * @returns why it was not delivered, and is to be tried again; undefined where it is done with
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
    const reason = error instanceof ConsentinelError ? explain(error) : 'A defect of the program; see the log.';
    await mark(context, scan, key, { status: 'pending', at: context.clock.now(), attempts, error: reason });
    if (!(error instanceof ConsentinelError)) throw error;
    return reason;
  }
  await mark(context, scan, key, { status: 'sent', at: context.clock.now(), attempts });
  return undefined;
}

/** Notes a fault of a channel that came before it knew its parcels. */
export async function markPending(context: DeliveryContext, scan: Scan, key: string, error: string): Promise<void> {
  const attempts = (scan.alerts?.deliveries[key]?.attempts ?? 0) + 1;
  await mark(context, scan, key, { status: 'pending', at: context.clock.now(), attempts, error });
}

/** Notes that all parcels of a channel have gone out. */
export async function markSent(context: DeliveryContext, scan: Scan, key: string): Promise<void> {
  const attempts = scan.alerts?.deliveries[key]?.attempts ?? 0;
  await mark(context, scan, key, { status: 'sent', at: context.clock.now(), attempts: attempts + 1 });
}

/** The row with one delivery changed; undefined where the scan is being run again and has another thing to tell. */
function withDelivery(scan: Scan, about: Scan['status'], key: string, delivery: DeliveryState): Scan | undefined {
  const { alerts } = scan;
  if (!alerts || alerts.about !== about) return undefined;
  return { ...scan, alerts: { ...alerts, deliveries: { ...alerts.deliveries, [key]: delivery } } };
}

/** @returns the attempts before this one, or that there is nothing to do and why */
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
