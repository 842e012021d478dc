import { type Clock, type Inbox, queueNames, type TakenMessage } from '../jobs/ports/index.js';
import type { OwnScans } from '../jobs/scan/own-scans.js';
import { scanOnRequest } from '../jobs/scan/request-scan.js';
import type { ScanContext } from '../jobs/scan/scan-context.js';
import { explain } from '../model/errors.js';

/** The ports that run requested scans without a Functions host. */
export interface ScanPumpContext {
  readonly inbox: Inbox;
  readonly clock: Pick<Clock, 'wait'>;
  /** The context of the tenant that a message names. */
  scanContext(message: unknown): ScanContext & { readonly ownScans: OwnScans; tenantId(): Promise<string> };
}

export interface ScanPumpOptions {
  readonly signal: AbortSignal;
  /** Called with one line per message. */
  onLine(line: string): void;
  /** The pause after an empty queue. @default 2000 */
  readonly everyMilliseconds?: number;
}

/** The same as `maxDequeueCount` in host.json. */
const maxTries = 5;
/** A scan on a laptop takes minutes at most. Another process gets the message only after this one has ended. */
const hiddenSeconds = 3600;

/** Processes the queue `scan-requests` with the same handler as in Azure, until `signal` aborts. */
export async function pumpScans(context: ScanPumpContext, options: ScanPumpOptions): Promise<void> {
  const { signal, onLine, everyMilliseconds = 2000 } = options;
  while (!signal.aborted) {
    const found = await processOne(context, onLine).catch((error: unknown) => {
      onLine(explain(error));
      return false;
    });
    if (!found) await context.clock.wait(everyMilliseconds, signal).catch(() => {});
  }
}

/** @returns whether the queue had a message */
async function processOne({ inbox, scanContext }: ScanPumpContext, onLine: (line: string) => void): Promise<boolean> {
  const [taken] = await inbox.receive(queueNames.scanRequests, 1, hiddenSeconds);
  if (!taken) return false;
  try {
    const message: unknown = JSON.parse(taken.text);
    const { id: messageId, dequeueCount: count, insertedAt } = taken;
    const delivery = { messageId, count, insertedAt };
    const scan = await scanOnRequest(scanContext(message), message, { delivery });
    if (scan) onLine(`Scan ${scan.status}: ${scan.findings.new} new findings, ${scan.findings.resolved} resolved.`);
    await inbox.remove(queueNames.scanRequests, taken);
  } catch (error) {
    onLine(explain(error));
    if (isHopeless(taken)) await inbox.remove(queueNames.scanRequests, taken);
  }
  return true;
}

/** A message that is not JSON, or that failed often. A failed scan is stored: its reason is on the page. */
function isHopeless({ text, dequeueCount }: TakenMessage): boolean {
  try {
    JSON.parse(text);
    return dequeueCount >= maxTries;
  } catch {
    return true;
  }
}
