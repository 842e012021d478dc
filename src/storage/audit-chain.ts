import { createHash } from 'node:crypto';
import type { AuditEvent, ChainedAuditEvent } from '../model/finding/audit.js';
import { canonicalJson } from '../model/text/canonical-json.js';

/** The end of a partition's chain, kept in a row of its own so that a cut tail shows. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

/** Where the first event of a partition is tied to. */
export const chainStart: ChainHead = { sequence: 0, hash: '0'.repeat(64) };

/** The first place where a chain does not hold. */
export interface ChainFault {
  readonly kind: 'changed' | 'removed' | 'inserted';
  /** The number of the row in its partition; for a removed head the number it should have. */
  readonly sequence: number;
  /** Empty for a row that is not there. */
  readonly findingId: string;
  /** One sentence for a person. */
  readonly summary: string;
}

/**
 * Numbers events and ties each to its predecessor.
 * @param events in the order in which they happened
 * @param head the end of the chain so far
 */
export function chainEvents(events: readonly AuditEvent[], head: ChainHead): ChainedAuditEvent[] {
  let last = head;
  return events.map((event) => {
    const link = { ...event, sequence: last.sequence + 1, previousHash: last.hash };
    const chained = { ...link, hash: hashOf(link) };
    last = chained;
    return chained;
  });
}

/**
 * Checks a whole chain. Someone who may write to the table can recompute all of it, head included: keep a copy of the
 * head elsewhere to guard against that.
 * @param events every event of one partition, by sequence
 * @param head the partition's head row, undefined where there is none
 * @returns the first fault, or undefined where every row is as it was written
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

function inserted(event: ChainedAuditEvent, why: string): ChainFault {
  return { ...at(event), kind: 'inserted', summary: `Row ${event.sequence} was inserted: ${why}.` };
}

function changed(event: ChainedAuditEvent, why: string): ChainFault {
  return { ...at(event), kind: 'changed', summary: `Row ${event.sequence} was changed: ${why}.` };
}

function at({ sequence, findingId }: ChainedAuditEvent) {
  return { sequence, findingId };
}

function hashOf(event: AuditEvent & { sequence: number; previousHash: string; hash?: string }): string {
  const { hash: _own, ...bound } = event;
  return createHash('sha256').update(canonicalJson(bound)).digest('hex');
}
