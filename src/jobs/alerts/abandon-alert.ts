import { blankScan, type Scan } from '../../model/scan/scan.js';
import type { DeliveryState } from '../../model/scan/scan-alerts.js';
import { type Clock, type Outbox, type QueueName, queueNames, type ScanStore } from '../ports/index.js';
import { type AlertContext, parseAlertMessage, requestAlert } from './send-alerts.js';

/** A scan's row holds so many notes of what was given up; the newest count. */
const mostNotes = 20;

/**
 * A message of `alerts` that could not be worked off in all its tries: what is left of it is marked failed on the scan's
 * row, from where the page and the next alert tell it.
 * @returns what was noted, one line for the log
 */
export async function abandonAlert(context: AlertContext, message: unknown): Promise<string> {
  const { tenantId, scanId } = parseAlertMessage(message);
  const at = context.clock.now();
  const amended = await context.scans.amend(tenantId, scanId, (scan) => failed(scan, context, at));
  if (!amended) return `Scan ${scanId} has nothing left to tell.`;
  const left = Object.entries(amended.alerts?.deliveries ?? {}).filter(([, { status }]) => status === 'failed');
  return `Given up: the alert of scan ${scanId} to ${left.map(([key]) => key).join(', ') || 'all channels'}.`;
}

function failed(scan: Scan, { channels }: AlertContext, at: string): Scan | undefined {
  const { alerts } = scan;
  if (scan.status === 'running' || alerts?.silent) return undefined;
  if (!alerts || alerts.about !== scan.status) {
    return withNote(scan, queueNames.alerts, `The alert of scan ${scan.id} could not be made; see the log.`, at);
  }
  const keys = new Set([...channels.map(({ name }) => name), ...Object.keys(alerts.deliveries)]);
  const left = [...keys].filter((key) => alerts.deliveries[key]?.status !== 'sent');
  const given = left.map((key): [string, DeliveryState] => {
    const { attempts = 0, error = 'It was not reached; see the log.' } = alerts.deliveries[key] ?? {};
    return [key, { status: 'failed', at, attempts, error }];
  });
  return { ...scan, alerts: { ...alerts, deliveries: { ...alerts.deliveries, ...Object.fromEntries(given) } } };
}

/** What notes are kept with. */
interface NoteContext {
  readonly scans: ScanStore;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Notes on the latest scan that has ended that a message was given up. The next alert and the page tell it.
 * @returns false where the tenant has no such scan
 */
export async function recordAbandoned(
  { scans, clock }: NoteContext,
  tenantId: string,
  queue: QueueName,
  what: string,
): Promise<boolean> {
  const at = clock.now();
  for await (const { id, status } of scans.scans(tenantId)) {
    if (status === 'running') continue;
    const noted = await scans.amend(tenantId, id, (scan) =>
      scan.status === 'running' ? undefined : withNote(scan, queue, what, at),
    );
    if (noted) return true;
  }
  return false;
}

/**
 * A scan that was asked for and never began, because no token or no storage could be had: it gets a row that says so,
 * and with it an alert. One that began has its row, and told its failure already.
 * @returns what was done, one line for the log
 */
export async function abandonScan(
  context: NoteContext & Pick<AlertContext, 'channels'> & { readonly outbox: Outbox },
  tenantId: string,
  scanId: string,
): Promise<string> {
  const { scans, clock } = context;
  const known = await scans.scan(tenantId, scanId);
  if (!known) {
    const lease = await scans.begin(neverBegun(tenantId, scanId, clock.now()));
    await scans.finish(lease, neverBegun(tenantId, scanId, clock.now()));
  } else if (known.status !== 'failed') return `Scan ${scanId} is ${known.status}.`;
  await requestAlert(context, { tenantId, id: scanId });
  return `Given up: scan ${scanId}.`;
}

function neverBegun(tenantId: string, id: string, at: string): Scan {
  const message =
    'The scan was asked for and could not begin in all its tries; the log of the function scanRequests says why.';
  const begun = { id, tenantId, status: 'failed', requestedBy: 'queue', startedAt: at, since: at } as const;
  return { ...blankScan(begun), finishedAt: at, errors: [{ code: 'request-given-up', message }] };
}

function withNote(scan: Scan, queue: string, what: string, at: string): Scan {
  return { ...scan, givenUp: [...(scan.givenUp ?? []), { queue, at, what }].slice(-mostNotes) };
}
