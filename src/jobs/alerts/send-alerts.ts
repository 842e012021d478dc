import { z } from 'zod';
import type { AlertRules } from '../../model/alerts/digest.js';
import { ConsentinelError } from '../../model/errors.js';
import { type PauseStatement, pauseSentence } from '../../model/remediation/pause.js';
import { channelOf, startOf } from '../../model/scan/owed-alerts.js';
import type { Scan } from '../../model/scan/scan.js';
import type { DeliveryState, ScanAlerts } from '../../model/scan/scan-alerts.js';
import { isSentinelRun } from '../../model/scan/sentinel-id.js';
import { type AlertChannel, type FindingStore, type Outbox, queueNames } from '../ports/index.js';
import { readMessage, requireTenant } from '../queues/queue-message.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import { type AlertPart, type AlertScope, type AlertSources, alertScope } from './alert-window.js';
import { type DeliveryContext, markIncludedLater } from './deliver.js';
import { deliverToChannel, isDone, keysOf } from './deliver-to-channel.js';
import { gatherDigests } from './gather-digest.js';

/** What alerts are sent with. */
export interface AlertContext extends DeliveryContext, AlertSources {
  readonly findings: FindingStore;
  readonly alertRules: AlertRules;
  readonly telemetry: Telemetry;
  /** The pause of remediation, if there is one. */
  paused(): Promise<PauseStatement | undefined>;
  /** The tenant of this context; the links of an alert open its pages. */
  tenantId(): Promise<string>;
}

/** A message on `alerts`. */
const messageSchema = z.object({ tenantId: z.string().min(1).max(64), scanId: z.string().min(1).max(64) });

/** The result of a message on `alerts`. */
export interface AlertReport {
  readonly scanId: string;
  /**
   * `sent`: delivered, now or before; `silent`: there was no news, and no channel is owed an earlier alert;
   * `superseded`: a later scan's alert reports it; `running`: the scan runs again and requests its alert at its end;
   * `off`: there is no channel.
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
  if (!scan) throw new ConsentinelError('usage-invalid', `The tenant ${tenantId} has no scan ${scanId}.`);
  await requireTenant(queueNames.alerts, tenantId, context);
  return context.telemetry.traceAlert(scan, async (note) => {
    const sent = await sendAlertOf(context, scan, signal);
    note({ outcome: sent.outcome });
    return sent;
  });
}

async function sendAlertOf(context: AlertContext, scan: Scan, signal: AbortSignal | undefined): Promise<AlertReport> {
  const { channels, findings, alertRules, scans } = context;
  if (scan.status === 'running') return report(scan, 'running');
  if (channels.length === 0) return report(scan, 'off');
  // A message can be forged: a run of the sentinel without news has no alert.
  if (isSentinelRun(scan) && (!scan.sentinel?.hasNews || scan.status === 'failed')) return report(scan, 'silent');
  const isOpen = scan.alerts?.about === scan.status;
  if (isOpen && scan.alerts?.silent) return report(scan, 'silent');
  if (isOpen && channels.every((channel) => isDone(scan, channel))) return report(scan, 'sent');
  const scope = await alertScope(context, scan);
  if (!scan.alerts && scope.superseded) return report(scan, 'superseded');

  const pending = isOpen ? await withoutIncludedLater(context, scan, scope) : scan;
  if (isOpen && channels.every((channel) => isDone(pending, channel))) return report(pending, 'superseded');
  const paused = await context.paused();
  const parts = partsOf(pending, isOpen, channels, scope, paused && [pauseSentence(paused)]);
  const digests = await gatherDigests(findings, pending, parts, alertRules);
  const opened = await openOutbox(context, pending, () => outboxOf(pending, context, scope, new Set(digests.keys())));
  if (!opened) return report(pending, 'running');
  if (opened.alerts?.silent) return report(opened, 'silent');
  const failures: string[] = [];
  for (const channel of channels) {
    if (isDone(opened, channel)) continue;
    signal?.throwIfAborted();
    // An error of one channel does not affect the others.
    failures.push(...(await deliverToChannel(context, opened, channel, digests, signal)));
  }
  if (failures.length > 0) throw undelivered(failures);
  return report((await scans.scan(scan.tenantId, scan.id)) ?? opened, 'sent');
}

/** What each recipient gets: in an open outbox from its start there, else from the end of what it has received. */
function partsOf(
  { alerts }: Scan,
  isOpen: boolean,
  channels: readonly AlertChannel[],
  { window, owed, partOf }: AlertScope,
  notices: readonly string[] = [],
): Map<string, AlertPart> {
  const parts = new Map<string, AlertPart>();
  const add = (key: string, from: string | undefined, until: string) => {
    if (from === undefined) return;
    const { window: range, past } = partOf(key, { from, until });
    parts.set(key, { window: range, past: { ...past, notices } });
  };
  for (const channel of channels) {
    for (const key of keysOf(channel, isOpen ? alerts?.starts : owed)) {
      if (isOpen && alerts) add(key, startOf(alerts, key), alerts.until);
      else add(key, owed[key] ?? window.from, window.until);
    }
  }
  return parts;
}

/** The outbox of an alert that is not open yet. The ranges of channels that are not configured here stay owed. */
function outboxOf(
  { status }: Scan,
  { channels }: AlertContext,
  { window, owed }: AlertScope,
  recipients: ReadonlySet<string>,
): ScanAlerts {
  const names = new Set(channels.map(({ name }) => name));
  const starts = [...recipients].map((key): [string, string] => [key, owed[key] ?? window.from]);
  const others = Object.entries(owed).filter(([key]) => !names.has(channelOf(key)));
  return {
    about: status,
    ...window,
    silent: recipients.size === 0,
    deliveries: {},
    starts: Object.fromEntries([...others, ...starts]),
  };
}

/** Marks the deliveries that the alert of a later scan has taken over: this scan's alert does not retry them. */
async function withoutIncludedLater(context: AlertContext, scan: Scan, { isIncludedLater }: AlertScope): Promise<Scan> {
  const { alerts } = scan;
  if (!alerts) return scan;
  const keys = context.channels.flatMap((channel) => keysOf(channel, alerts.starts));
  const included = keys.filter((key) => {
    const start = startOf(alerts, key);
    return start !== undefined && isIncludedLater(key, start);
  });
  return included.length > 0 ? markIncludedLater(context, scan, included) : scan;
}

/** Writes the outbox to the scan's row, unless it is there. Returns undefined if the scan has started again. */
async function openOutbox(
  { scans }: AlertContext,
  { tenantId, id, status }: Scan,
  outbox: () => ScanAlerts,
): Promise<Scan | undefined> {
  const opened = await scans.amend(tenantId, id, (now) =>
    now.status === status && now.alerts?.about !== status ? { ...now, alerts: outbox() } : undefined,
  );
  const present = opened ?? (await scans.scan(tenantId, id));
  return present?.status === status && present.alerts?.about === status ? present : undefined;
}

function undelivered(failures: readonly string[]): ConsentinelError {
  const [first = ''] = failures;
  const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : '';
  return new ConsentinelError(
    'alert-undelivered',
    first + more,
    'The queue repeats this delivery. Deliveries to other channels are not affected.',
  );
}

function report({ id, alerts }: Scan, outcome: AlertReport['outcome']): AlertReport {
  return { scanId: id, outcome, deliveries: alerts?.deliveries ?? {} };
}
