import { z } from 'zod';
import type { AlertRules, Digest } from '../../model/alerts/digest.js';
import { ConsentinelError, explain } from '../../model/errors.js';
import type { Scan } from '../../model/scan/scan.js';
import type { DeliveryState, ScanAlerts } from '../../model/scan/scan-alerts.js';
import { type AlertChannel, type Delivery, type FindingStore, type Outbox, queueNames } from '../ports/index.js';
import { mustBeAtWork, readMessage } from '../queues/queue-message.js';
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
  /** The tenant at work, whose pages the alert leads to. */
  tenantId(): Promise<string>;
}

/** A message on `alerts`. */
const messageSchema = z.object({ tenantId: z.string().min(1).max(64), scanId: z.string().min(1).max(64) });

/** How a message was worked off. */
export interface AlertReport {
  readonly scanId: string;
  /**
   * `sent`: told, now or before; `silent`: there was nothing to tell; `superseded`: a later scan's alert tells it;
   * `running`: the scan is being run again and asks once more at its end; `off`: there is no channel.
   */
  readonly outcome: 'sent' | 'silent' | 'superseded' | 'running' | 'off';
  readonly deliveries: Readonly<Record<string, DeliveryState>>;
}

/** Asks for the alert of a scan that has come to an end. Nothing is asked where nobody is to be told. */
export async function requestAlert(
  { outbox, channels }: { readonly outbox: Outbox; readonly channels: readonly AlertChannel[] },
  { tenantId, id }: Pick<Scan, 'tenantId' | 'id'>,
): Promise<void> {
  if (channels.length > 0) await outbox.send(queueNames.alerts, { tenantId, scanId: id });
}

/** @throws ConsentinelError `usage-invalid` for what is no message */
export function parseAlertMessage(message: unknown): z.infer<typeof messageSchema> {
  return readMessage(queueNames.alerts, messageSchema, message);
}

/**
 * Tells people what a scan has changed, once. However often the message comes, and wherever a worker before was killed,
 * a channel that was served is not served again.
 * @throws ConsentinelError `alert-undelivered` where a channel is left: the queue then delivers the message again;
 * `usage-invalid`
 */
export async function sendAlerts(context: AlertContext, message: unknown, signal?: AbortSignal): Promise<AlertReport> {
  const { tenantId, scanId } = parseAlertMessage(message);
  const scan = await context.scans.scan(tenantId, scanId);
  if (!scan) throw new ConsentinelError('usage-invalid', `There is no scan ${scanId} of the tenant ${tenantId}.`);
  await mustBeAtWork(queueNames.alerts, tenantId, context);
  return context.telemetry.traceAlert(scan, async (note) => {
    const told = await tell(context, scan, signal);
    note({ outcome: told.outcome });
    return told;
  });
}

async function tell(context: AlertContext, scan: Scan, signal: AbortSignal | undefined): Promise<AlertReport> {
  if (scan.status === 'running') return report(scan, 'running');
  if (context.channels.length === 0) return report(scan, 'off');
  const { alerts } = scan;
  if (alerts?.about === scan.status) {
    if (alerts.silent) return report(scan, 'silent');
    if (context.channels.every((channel) => isDone(scan, channel))) return report(scan, 'sent');
  }
  const { window, past, superseded } = await alertScope(context, scan);
  if (!alerts && superseded) return report(scan, 'superseded');

  const settled = alerts?.about === scan.status ? { from: alerts.from, until: alerts.until } : window;
  const digest = await gatherDigest(context.findings, scan, settled, past, context.alertRules);
  const opened = await openOutbox(context, scan, { about: scan.status, ...settled, silent: !digest, deliveries: {} });
  if (!opened) return report(scan, 'running');
  if (!digest || opened.alerts?.silent) return report(opened, 'silent');
  const failures = await deliver(context, opened, digest, signal);
  if (failures.length > 0) throw undelivered(failures);
  return report((await context.scans.scan(scan.tenantId, scan.id)) ?? opened, 'sent');
}

/** Writes the outbox, unless it is there; undefined where the scan has begun anew meanwhile. */
async function openOutbox({ scans }: AlertContext, scan: Scan, alerts: ScanAlerts): Promise<Scan | undefined> {
  const { tenantId, id, status } = scan;
  const opened = await scans.amend(tenantId, id, (now) =>
    now.status === status && now.alerts?.about !== status ? { ...now, alerts } : undefined,
  );
  const present = opened ?? (await scans.scan(tenantId, id));
  return present?.status === status && present.alerts?.about === status ? present : undefined;
}

/** Every channel gets its turn, whatever becomes of the others. */
async function deliver(
  context: AlertContext,
  scan: Scan,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const failures: string[] = [];
  for (const channel of context.channels) {
    if (isDone(scan, channel)) continue;
    signal?.throwIfAborted();
    failures.push(...(await serve(context, scan, digest, channel, signal)));
  }
  return failures;
}

async function serve(
  context: AlertContext,
  scan: Scan,
  digest: Digest,
  channel: AlertChannel,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  let parcels: readonly Delivery[];
  try {
    parcels = await channel.deliveries(digest, signal);
  } catch (error) {
    if (!(error instanceof ConsentinelError)) throw error;
    await markPending(context, scan, channel.name, explain(error));
    return [explain(error)];
  }
  const failures: string[] = [];
  for (const delivery of parcels) {
    const failure = await deliverOnce(context, scan, delivery, signal);
    if (failure) failures.push(failure);
  }
  const single = parcels.some(({ key }) => key === channel.name);
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
