import { createHash } from 'node:crypto';
import type { AuditEvent, ChainedAuditEvent } from '../model/finding/audit.js';
import { canonicalJson } from '../model/text/canonical-json.js';

/** The end of a partition's chain. It has a row of its own, so that removed rows at the end are detected. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

/** The predecessor of the first event of a partition. */
export const chainStart: ChainHead = { sequence: 0, hash: '0'.repeat(64) };

/** The first place where a chain is broken. */
export interface ChainFault {
  readonly kind: 'changed' | 'removed' | 'inserted';
  /** The number of the row in its partition. For a removed head: the number of the last row. */
  readonly sequence: number;
  /** Empty for a missing row. */
  readonly findingId: string;
  /** One sentence for the reader. */
  readonly summary: string;
}

/**
 * Numbers events and links each to the hash of its predecessor.
 * @param events oldest first
 * @param head the end of the chain so far
 */
export function chainEvents(events: readonly AuditEvent[], head: ChainHead): ChainedAuditEvent[] {
  let last = head;
  return events.map((event) => {
    const linked = { ...event, sequence: last.sequence + 1, previousHash: last.hash };
    const chained = { ...linked, hash: hashOf(linked) };
    last = chained;
    return chained;
  });
}

/**
 * Verifies a whole chain. An attacker who can write to the table can recompute all hashes, including the head. Only a
 * copy of the head in another place detects that.
 * @param events every event of one partition, by sequence
 * @param head the partition's head row, if any
 * @returns the first fault, or undefined for an intact chain
 */
export async function verifyChain(
  events: Iterable<ChainedAuditEvent> | AsyncIterable<ChainedAuditEvent>,
  head: ChainHead | undefined,
): Promise<ChainFault | undefined> {
  let last: ChainedAuditEvent | undefined;
  for await (const event of events) {
    const fault = faultOf(event, last);
    if (fault) return fault;
    last = event;
  }
  return faultOfEnd(last, head);
}

function faultOf(event: ChainedAuditEvent, last: ChainedAuditEvent | undefined): ChainFault | undefined {
  const before = last ?? chainStart;
  const next = before.sequence + 1;
  if (event.sequence > next) return removed(next);
  if (event.sequence < next) return inserted(event, 'its number is taken');
  if (hashOf(event) !== event.hash) return changed(event, 'it does not fit its own hash');
  if (event.previousHash === before.hash) return undefined;
  return changed(last ?? event, `it and row ${event.sequence} do not fit together`);
}

function faultOfEnd(last: ChainedAuditEvent | undefined, head: ChainHead | undefined): ChainFault | undefined {
  const end = last ?? chainStart;
  if (!head)
    return (
      last && { ...removed(end.sequence), summary: `The head row is gone; the chain ends at row ${end.sequence}.` }
    );
  if (head.sequence > end.sequence) return removed(end.sequence + 1);
  if (last && head.sequence < last.sequence) return inserted(last, `the head row ends the chain at ${head.sequence}`);
  if (last && head.hash !== last.hash) return changed(last, 'it does not fit the head row');
  return undefined;
}

function removed(sequence: number): ChainFault {
  return { kind: 'removed', sequence, findingId: '', summary: `Row ${sequence} was removed.` };
}

function inserted(event: ChainedAuditEvent, reason: string): ChainFault {
  return { ...placeOf(event), kind: 'inserted', summary: `Row ${event.sequence} was inserted: ${reason}.` };
}

function changed(event: ChainedAuditEvent, reason: string): ChainFault {
  return { ...placeOf(event), kind: 'changed', summary: `Row ${event.sequence} was changed: ${reason}.` };
}

function placeOf({ sequence, findingId }: ChainedAuditEvent) {
  return { sequence, findingId };
}

function hashOf(event: AuditEvent & { sequence: number; previousHash: string; hash?: string }): string {
  const { hash: _, ...hashed } = event;
  return createHash('sha256').update(canonicalJson(hashed)).digest('hex');
}
