import type { Scan } from '../../model/scan/scan.js';
import type { Clock, QueueName, ScanStore } from '../ports/index.js';

/** A scan's row holds at most this many notes of abandoned messages; the newest are kept. */
const mostNotes = 20;

/**
 * Adds a note to the row of the latest scan that has ended: a message was abandoned after its last try. The page and
 * the next alert report the note.
 * @param what one sentence for a person
 * @returns false if the tenant has no scan that has ended
 */
export async function recordAbandoned(
  { scans, clock }: { readonly scans: ScanStore; readonly clock: Pick<Clock, 'now'> },
  tenantId: string,
  queue: QueueName,
  what: string,
): Promise<boolean> {
  const at = clock.now();
  for await (const { id, status } of scans.scans(tenantId)) {
    if (status === 'running') continue;
    const amended = await scans.amend(tenantId, id, (scan) =>
      scan.status === 'running' ? undefined : withAbandoned(scan, queue, what, at),
    );
    if (amended) return true;
  }
  return false;
}

/** The scan with a note of an abandoned message. */
export function withAbandoned(scan: Scan, queue: QueueName, what: string, at: string): Scan {
  return { ...scan, givenUp: [...(scan.givenUp ?? []), { queue, at, what }].slice(-mostNotes) };
}
