import { odata, type TableClient } from '@azure/data-tables';
import type { AuditVerdict } from '../jobs/ports/index.js';
import type { ChainedAuditEvent } from '../model/finding/audit.js';
import { type ChainFault, type ChainLink, chainStart, linkOf, uncommitted, verifyChain } from './audit-chain.js';
import { type Head, isCommitted, readHead } from './chain-head.js';
import { fromAuditRow } from './finding-rows.js';
import { inTenant, keyBegins, partitionKeys, readRows } from './reads.js';

/** The events of one finding, oldest first. */
export async function historyOf(table: TableClient, partition: string, id: string): Promise<ChainedAuditEvent[]> {
  return eventsOf(table, partition, `audit_${id}_`);
}

/** The events of a whole partition, by sequence. */
export async function trailOf(table: TableClient, partition: string): Promise<ChainedAuditEvent[]> {
  return (await eventsOf(table, partition, 'audit_')).sort((a, b) => a.sequence - b.sequence);
}

/**
 * Verifies the chain of every rule of a tenant, including rules that no longer exist.
 * @throws ConsentinelError `storage-malformed` for a row that is not an event
 */
export async function* verifyTenant(table: TableClient, tenantId: string): AsyncGenerator<AuditVerdict> {
  for await (const partition of partitionKeys(table, inTenant(tenantId))) {
    const { links, head } = await readConsistently(table, partition);
    const hasHead = head.etag !== undefined;
    // The first commit to a partition writes an event and the head: without both, the whole chain was removed.
    const isRemoved = !hasHead && links.length === 0;
    const broken = isRemoved ? everyRowRemoved : verifyChain(links, hasHead ? head : undefined);
    const fault = broken && (await withoutUncommitted(table, partition, broken, links, head));
    yield { ruleId: partition.slice(tenantId.length + 1), events: links.length, fault };
  }
}

/** Distinguishes rows that were never committed from removed ones: the chain ends where the head's transaction began. */
async function withoutUncommitted(
  table: TableClient,
  partition: string,
  fault: ChainFault,
  links: readonly ChainLink[],
  head: Head,
): Promise<ChainFault> {
  const end = links.at(-1) ?? chainStart;
  const previous = head.transaction?.previous;
  const isEnd = previous?.sequence === end.sequence && previous.hash === end.hash;
  if (fault.kind !== 'removed' || fault.sequence !== end.sequence + 1 || !isEnd) return fault;
  return (await isCommitted(table, partition, head)) ? fault : uncommitted(fault.sequence, head.sequence);
}

const everyRowRemoved: ChainFault = {
  kind: 'removed',
  sequence: chainStart.sequence + 1,
  findingId: '',
  summary: 'Every row of the audit trail was removed.',
};

/** The links of the trail and its head, read again until no writer commits between the two reads. */
async function readConsistently(table: TableClient, partition: string) {
  for (let head = await readHead(table, partition); ; ) {
    const links: ChainLink[] = [];
    for await (const event of readEvents(table, partition, 'audit_')) links.push(linkOf(event));
    const after = await readHead(table, partition);
    if (after.etag === head.etag) return { links: links.sort((a, b) => a.sequence - b.sequence), head };
    head = after;
  }
}

async function eventsOf(table: TableClient, partition: string, prefix: string): Promise<ChainedAuditEvent[]> {
  const events = [];
  for await (const event of readEvents(table, partition, prefix)) events.push(event);
  return events;
}

async function* readEvents(table: TableClient, partition: string, prefix: string): AsyncGenerator<ChainedAuditEvent> {
  const where = `${odata`PartitionKey eq ${partition}`} and ${keyBegins(prefix)}`;
  for await (const row of readRows(table, where)) yield fromAuditRow(row);
}
