import { createHash } from 'node:crypto';
import { refused } from '../finding/decision.js';
import { type Clock, type Outbox, queueNames, type ScanStore } from '../ports/index.js';

/** What a person requests a scan with. It cannot run one. */
export interface ScanNowContext {
  readonly outbox: Pick<Outbox, 'send'>;
  readonly scans: Pick<ScanStore, 'recordRequest' | 'scans'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Runs the scan in this process. @default a message on the queue `scan-requests` */
  readonly startScan?: (request: ScanStart) => void;
}

/** A scan to start. */
export interface ScanStart {
  readonly scanId: string;
  readonly requestedBy: string;
}

/** A scan that did not end within this time was abandoned: its lease ends long before. */
const longestScan = 24 * 3_600_000;

/**
 * Requests a scan of a tenant. In Azure the scanner begins it within a minute. Two requests within the same minute have the same
 * id, so that a double click causes one scan.
 * @param request the tenant; the object id of the person; whether the message must name the tenant, because the installation
 * has several
 * @returns the id of the scan
 * @throws ConsentinelError `decision-refused` while a scan runs
 */
export async function requestScanNow(
  { outbox, scans, clock, startScan }: ScanNowContext,
  { tenantId, personId, several }: { tenantId: string; personId: string; several: boolean },
): Promise<string> {
  const now = clock.now();
  for await (const { status, startedAt } of scans.scans(tenantId)) {
    if (status === 'running' && Date.parse(now) - Date.parse(startedAt) < longestScan)
      throw refused(`A scan of this tenant has been running since ${startedAt}.`, 'Wait until it ends.');
    break;
  }
  const minute = now.slice(0, 16);
  const scanId = `page-${createHash('sha256').update(`${tenantId}\n${minute}`).digest('hex').slice(0, 16)}`;
  const request = { scanId, requestedBy: `page:${personId}`.slice(0, 64) };
  if (startScan) startScan(request);
  else {
    await scans.recordRequest(scanId, now);
    await outbox.send(queueNames.scanRequests, { ...request, ...(several && { tenantId }) });
  }
  return scanId;
}
