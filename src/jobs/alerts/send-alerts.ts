import { z } from 'zod';
import type { AlertRules, Digest } from '../../model/alerts/digest.js';
import { ConsentinelError, explain } from '../../model/errors.js';
import type { Scan } from '../../model/scan/scan.js';
import type { DeliveryState, ScanAlerts } from '../../model/scan/scan-alerts.js';
import { type AlertChannel, type Delivery, type FindingStore, type Outbox, queueNames } from '../ports/index.js';
import { readMessage, requireTenant } from '../queues/queue-message.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import { type AlertSources, alertScope } from './alert-window.js';
import { type DeliveryContext, deliverOnce, markPending, markSent } from './deliver.js';
import { gatherDigest } from './gather-digest.js';

/** What alerts are sent with. */
export interface AlertContext extends DeliveryContext, AlertSources {
  readonly findings: FindingStore;
  readonly channels: readonly AlertChannel[];
  readonly alertRules: AlertRules;
  readonly telemetry: Telemetry;
  /** The tenant of this context; the links of an alert open its pages. */
  tenantId(): Promise<string>;
}

/** A message on `alerts`. */
const messageSchema = z.object({ tenantId: z.string().min(1).max(64), scanId: z.string().min(1).max(64) });

/** The result of a message on `alerts`. */
export interface AlertReport {
  readonly scanId: string;
  /**
   * `sent`: delivered, now or before; `silent`: there was no news; `superseded`: a later scan's alert reports it;
   * `running`: the scan runs again and requests its alert at its end; `off`: there is no channel.
   */
  readonly outcome: 'sent' | 'silent' | 'superseded' | 'running' | 'off';
  readonly deliveries: Readonly<Record<string, DeliveryState>>;
}

/** Requests the alert of a scan that has ended, if there is a channel. */
export async function requestAlert(
  { outbox, channels }: { readonly outbox: Outbox; readonly channels: readonly AlertChannel[] },
  { tenantId, id }: Pick<Scan, 'tenantId' | 'id'>,
): Promise<void> {
  if (channels.length > 0) await outbox.send(queueNames.alerts, { tenantId, scanId: id });
}

/** @throws ConsentinelError `usage-invalid` if the message does not match the schema */
export function parseAlertMessage(message: unknown): z.infer<typeof messageSchema> {
  return readMessage(queueNames.alerts, messageSchema, message);
}

/**
 * Sends the alert of a scan. Idempotent: however often the message is delivered, and wherever an earlier worker
 * stopped, a channel that got the alert does not get it again.
 * @throws ConsentinelError `alert-undelivered` if a channel did not get it: the queue then delivers the message again;
 * `usage-invalid`
 */
export async function sendAlerts(context: AlertContext, message: unknown, signal?: AbortSignal): Promise<AlertReport> {
  const { tenantId, scanId } = parseAlertMessage(message);
  const scan = await context.scans.scan(tenantId, scanId);
  if (!scan) throw new ConsentinelError('usage-invalid', `There is no scan ${scanId} of the tenant ${tenantId}.`);
  await requireTenant(queueNames.alerts, tenantId, context);
  return context.telemetry.traceAlert(scan, async (note) => {
    const sent = await sendAlertOf(context, scan, signal);
    note({ outcome: sent.outcome });
    return sent;
  });
}

async function sendAlertOf(context: AlertContext, scan: Scan, signal: AbortSignal | undefined): Promise<AlertReport> {
  if (scan.status === 'running') return report(scan, 'running');
  if (context.channels.length === 0) return report(scan, 'off');
  const { alerts } = scan;
  if (alerts?.about === scan.status) {
    if (alerts.silent) return report(scan, 'silent');
    if (context.channels.every((channel) => isDone(scan, channel))) return report(scan, 'sent');
  }
  const scope = await alertScope(context, scan);
  if (!alerts && scope.superseded) return report(scan, 'superseded');

  const window = alerts?.about === scan.status ? { from: alerts.from, until: alerts.until } : scope.window;
  const digest = await gatherDigest(context.findings, scan, window, scope.past, context.alertRules);
  const opened = await openOutbox(context, scan, { about: scan.status, ...window, silent: !digest, deliveries: {} });
  if (!opened) return report(scan, 'running');
  if (!digest || opened.alerts?.silent) return report(opened, 'silent');
  const failures = await deliverToAll(context, opened, digest, signal);
  if (failures.length > 0) throw undelivered(failures);
  return report((await context.scans.scan(scan.tenantId, scan.id)) ?? opened, 'sent');
}

/** Writes the outbox to the scan's row, unless it is there. Returns undefined if the scan has started again. */
async function openOutbox({ scans }: AlertContext, scan: Scan, alerts: ScanAlerts): Promise<Scan | undefined> {
  const { tenantId, id, status } = scan;
  const opened = await scans.amend(tenantId, id, (now) =>
    now.status === status && now.alerts?.about !== status ? { ...now, alerts } : undefined,
  );
  const present = opened ?? (await scans.scan(tenantId, id));
  return present?.status === status && present.alerts?.about === status ? present : undefined;
}

/** Delivers to every channel: an error of one channel does not affect the others. Returns the errors. */
async function deliverToAll(
  context: AlertContext,
  scan: Scan,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const failures: string[] = [];
  for (const channel of context.channels) {
    if (isDone(scan, channel)) continue;
    signal?.throwIfAborted();
    failures.push(...(await deliverTo(channel, context, scan, digest, signal)));
  }
  return failures;
}

async function deliverTo(
  channel: AlertChannel,
  context: AlertContext,
  scan: Scan,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  let deliveries: readonly Delivery[];
  try {
    deliveries = await channel.deliveries(digest, signal);
  } catch (error) {
    if (!(error instanceof ConsentinelError)) throw error;
    await markPending(context, scan, channel.name, explain(error));
    return [explain(error)];
  }
  const failures: string[] = [];
  for (const delivery of deliveries) {
    const failure = await deliverOnce(context, scan, delivery, signal);
    if (failure) failures.push(failure);
  }
  const single = deliveries.some(({ key }) => key === channel.name);
  if (failures.length === 0 && !single) await markSent(context, scan, channel.name);
  return failures;
}

function isDone({ alerts }: Scan, { name }: AlertChannel): boolean {
  const status = alerts?.deliveries[name]?.status;
  return status === 'sent' || status === 'failed';
}

function undelivered(failures: readonly string[]): ConsentinelError {
  const [first = ''] = failures;
  const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : '';
  return new ConsentinelError(
    'alert-undelivered',
    first + more,
    'The other channels are served; this one is tried again.',
  );
}

function report({ id, alerts }: Scan, outcome: AlertReport['outcome']): AlertReport {
  return { scanId: id, outcome, deliveries: alerts?.deliveries ?? {} };
}
