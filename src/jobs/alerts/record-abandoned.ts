import type { Scan } from '../../model/scan/scan.js';
import type { Clock, QueueName, ScanStore } from '../ports/index.js';

/** A scan's row holds at most this many notes of abandoned messages; the newest are kept. */
const mostNotes = 20;

/** So many scans, the newest, are searched for a note before it is added. */
const searchedScans = 50;

/**
 * Adds a note to the row of the latest scan that has ended: a message was abandoned after its last try. The page and
 * the next alert report the note. A note that one of the latest scans has already is not added again.
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
  const ended: string[] = [];
  let read = 0;
  for await (const scan of scans.scans(tenantId)) {
    if (isNoted(scan, queue, what)) return true;
    if (scan.status !== 'running') ended.push(scan.id);
    read += 1;
    if (read >= searchedScans && ended.length > 0) break;
  }
  for (const id of ended) {
    const amended = await scans.amend(tenantId, id, (scan) =>
      scan.status === 'running' ? undefined : withAbandoned(scan, queue, what, at),
    );
    if (amended) return true;
  }
  return false;
}

/** The scan with a note of an abandoned message; unchanged if it has the note. */
export function withAbandoned(scan: Scan, queue: QueueName, what: string, at: string): Scan {
  if (isNoted(scan, queue, what)) return scan;
  return { ...scan, givenUp: [...(scan.givenUp ?? []), { queue, at, what }].slice(-mostNotes) };
}

function isNoted({ givenUp = [] }: Scan, queue: QueueName, what: string): boolean {
  return givenUp.some((note) => note.queue === queue && note.what === what);
}
