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

/** The part of an event that the verification of a chain keeps in memory. */
export interface ChainLink extends Pick<ChainedAuditEvent, 'sequence' | 'findingId' | 'previousHash' | 'hash'> {
  /** Whether the event fits its own hash. */
  readonly isIntact: boolean;
}

/** The first place where a chain is broken. */
export interface ChainFault {
  readonly kind: 'changed' | 'removed' | 'inserted' | 'uncommitted';
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

/** The link of an event. */
export function linkOf(event: ChainedAuditEvent): ChainLink {
  const { sequence, findingId, previousHash, hash } = event;
  return { sequence, findingId, previousHash, hash, isIntact: hashOf(event) === hash };
}

/**
 * Verifies a whole chain. An attacker who can write to the table can recompute all hashes, including the head. Only a
 * copy of the head in another place detects that.
 * @param links of every event of one partition, by sequence
 * @param head the partition's head row, if any
 * @returns the first fault, or undefined for an intact chain
 */
export function verifyChain(links: readonly ChainLink[], head: ChainHead | undefined): ChainFault | undefined {
  let last: ChainLink | undefined;
  for (const link of links) {
    const fault = faultOf(link, last);
    if (fault) return fault;
    last = link;
  }
  return faultOfEnd(last, head);
}

/** The fault of rows that belong to a transaction of which only the head was written. */
export function uncommitted(first: number, last: number): ChainFault {
  return {
    kind: 'uncommitted',
    sequence: first,
    findingId: '',
    summary: `${rows(first, last)} never committed, because storage failed during a write. The failed write changed no finding. The next write continues after row ${first - 1}.`,
  };
}

function faultOf(link: ChainLink, last: ChainLink | undefined): ChainFault | undefined {
  const before = last ?? chainStart;
  const next = before.sequence + 1;
  if (link.sequence > next) return removed(next, link.sequence - 1);
  if (link.sequence < next) return inserted(link, 'its number is already used');
  if (!link.isIntact) return changed(link, 'it does not match its hash');
  if (link.previousHash === before.hash) return undefined;
  return changed(last ?? link, `it does not match row ${link.sequence}`);
}

function faultOfEnd(last: ChainLink | undefined, head: ChainHead | undefined): ChainFault | undefined {
  const end = last ?? chainStart;
  if (!head)
    return (
      last && { ...removed(end.sequence), summary: `The head row is missing. The chain ends at row ${end.sequence}.` }
    );
  if (head.sequence > end.sequence) return removed(end.sequence + 1, head.sequence);
  if (last && head.sequence < last.sequence) return inserted(last, `the head row ends the chain at ${head.sequence}`);
  if (last && head.hash !== last.hash) return changed(last, 'it does not match the head row');
  return undefined;
}

function removed(first: number, last = first): ChainFault {
  return { kind: 'removed', sequence: first, findingId: '', summary: `${rows(first, last)} removed.` };
}

function rows(first: number, last: number): string {
  return first === last ? `Row ${first} was` : `Rows ${first} to ${last} were`;
}

function inserted(link: ChainLink, reason: string): ChainFault {
  return { ...placeOf(link), kind: 'inserted', summary: `Row ${link.sequence} was inserted: ${reason}.` };
}

function changed(link: ChainLink, reason: string): ChainFault {
  return { ...placeOf(link), kind: 'changed', summary: `Row ${link.sequence} was changed: ${reason}.` };
}

function placeOf({ sequence, findingId }: ChainLink) {
  return { sequence, findingId };
}

function hashOf(event: AuditEvent & { sequence: number; previousHash: string; hash?: string }): string {
  const { hash: _, ...hashed } = event;
  return createHash('sha256').update(canonicalJson(hashed)).digest('hex');
}
