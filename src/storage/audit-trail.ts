import { odata, type TableClient } from '@azure/data-tables';
import type { AuditVerdict } from '../jobs/ports/index.js';
import type { ChainedAuditEvent } from '../model/finding/audit.js';
import { type ChainFault, chainStart, verifyChain } from './audit-chain.js';
import { readHead } from './commit.js';
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
    const { trail, head } = await readConsistently(table, partition);
    const hasHead = head.etag !== undefined;
    // The first commit to a partition writes an event and the head: without both, the whole chain was removed.
    const isRemoved = !hasHead && trail.length === 0;
    const fault = isRemoved ? everyRowRemoved : await verifyChain(trail, hasHead ? head : undefined);
    yield { ruleId: partition.slice(tenantId.length + 1), events: trail.length, fault };
  }
}

const everyRowRemoved: ChainFault = {
  kind: 'removed',
  sequence: chainStart.sequence + 1,
  findingId: '',
  summary: 'Every row of the audit trail was removed.',
};

/** The trail and its head, read again until no writer commits between the two reads. */
async function readConsistently(table: TableClient, partition: string) {
  for (let head = await readHead(table, partition); ; ) {
    const trail = await trailOf(table, partition);
    const after = await readHead(table, partition);
    if (after.etag === head.etag) return { trail, head };
    head = after;
  }
}

async function eventsOf(table: TableClient, partition: string, prefix: string): Promise<ChainedAuditEvent[]> {
  const events = [];
  for await (const row of readRows(table, `${odata`PartitionKey eq ${partition}`} and ${keyBegins(prefix)}`))
    events.push(fromAuditRow(row));
  return events;
}
