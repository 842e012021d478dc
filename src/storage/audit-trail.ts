import { odata, type TableClient } from '@azure/data-tables';
import type { ChainedAuditEvent } from '../model/finding/audit.js';
import { type ChainFault, chainStart, verifyChain } from './audit-chain.js';
import { readHead } from './commit.js';
import { fromAuditRow } from './finding-rows.js';
import { inTenant, keyBegins, partitionKeys, readRows } from './reads.js';

/** What came of checking the chain of one partition. */
export interface AuditVerdict {
  readonly ruleId: string;
  readonly events: number;
  /** The first fault; undefined where no row was changed, removed or inserted. */
  readonly fault: ChainFault | undefined;
}

/** The events of one finding, oldest first. */
export async function historyOf(table: TableClient, partition: string, id: string): Promise<ChainedAuditEvent[]> {
  return eventsOf(table, partition, `audit_${id}_`);
}

/** The events of a whole partition in the order in which they were committed. */
export async function trailOf(table: TableClient, partition: string): Promise<ChainedAuditEvent[]> {
  return (await eventsOf(table, partition, 'audit_')).sort((a, b) => a.sequence - b.sequence);
}

/**
 * Checks the chain of every rule of a tenant, rules that no longer exist included.
 * @throws ConsentinelError `storage-malformed` for a row that is not even an event
 */
export async function* verifyTenant(table: TableClient, tenantId: string): AsyncGenerator<AuditVerdict> {
  for await (const partition of partitionKeys(table, inTenant(tenantId))) {
    const { trail, head } = await settled(table, partition);
    // A partition has rows only because something happened in it: a head that is gone is not a chain that never was.
    const lost = head.etag === undefined && trail.length === 0;
    const fault = lost ? nothingLeft : await verifyChain(trail, head.etag === undefined ? undefined : head);
    yield { ruleId: partition.slice(tenantId.length + 1), events: trail.length, fault };
  }
}

const nothingLeft: ChainFault = {
  kind: 'removed',
  sequence: chainStart.sequence + 1,
  findingId: '',
  summary: 'Every row of the audit trail was removed.',
};

/** The trail and the head of one moment: a writer may commit between the two reads. */
async function settled(table: TableClient, partition: string) {
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
