import type { AuditVerdict } from '../jobs/ports/index.js';
import type { AnchoredEvents } from '../model/finding/anchored-events.js';
import type { ChainedAuditEvent } from '../model/finding/audit.js';
import type { AnchoredChain } from '../model/finding/audit-anchor.js';
import { installationName } from '../model/remediation/pause.js';
import { type ChainFault, type ChainLink, chainStart, linkOf, uncommitted, verifyChain } from './audit-chain.js';
import { type Head, isCommitted, readCommittedHead, readHead } from './chain-head.js';
import { fromAuditRow } from './finding-rows.js';
import { partitionKeys, readRows } from './reads.js';
import { inPartition, inTenant, keyBegins, type Table } from './table.js';

/** The events of one finding, oldest first. */
export async function historyOf(table: Table, partition: string, id: string): Promise<ChainedAuditEvent[]> {
  return eventsOf(table, partition, `audit_${id}_`);
}

/** The events of a whole partition, by sequence. */
export async function trailOf(table: Table, partition: string): Promise<ChainedAuditEvent[]> {
  return (await eventsOf(table, partition, 'audit_')).sort((a, b) => a.sequence - b.sequence);
}

/**
 * Verifies the chain of every rule of a tenant, including rules that no longer exist, and the chains of the installation.
 * @param anchored what the anchors of the tenant say, if the chains are to be compared with them
 * @throws ConsentinelError `storage-malformed` for a row that is not an event
 */
export async function* verifyTenant(
  table: Table,
  tenantId: string,
  anchored?: AnchoredEvents,
): AsyncGenerator<AuditVerdict> {
  const verified = new Set<string>();
  for await (const { partition, name } of chainsOf(table, tenantId)) {
    verified.add(name);
    const { links, head } = await readConsistently(table, partition);
    const hasHead = head.etag !== undefined;
    // The first commit to a partition writes an event and the head: without both, the whole chain was removed.
    const isRemoved = !hasHead && links.length === 0;
    const broken = isRemoved ? everyRowRemoved : verifyChain(links, hasHead ? head : undefined);
    const fault = broken && (await withoutUncommitted(table, partition, broken, links, head));
    const anchorFault = anchored?.differenceOf(name, hashesOf(links));
    yield { ruleId: name, events: links.length, fault, ...(anchorFault && { anchorFault }) };
  }
  for (const name of anchored?.ruleIds ?? []) {
    if (verified.has(name)) continue;
    yield { ruleId: name, events: 0, anchorFault: anchored?.differenceOf(name, () => undefined) };
  }
}

/** The present ends of the chains that `verifyTenant` verifies. */
export async function chainHeads(table: Table, tenantId: string): Promise<AnchoredChain[]> {
  const heads: AnchoredChain[] = [];
  for await (const { partition, name } of chainsOf(table, tenantId)) {
    const { sequence, hash } = await readCommittedHead(table, partition);
    if (sequence > 0) heads.push({ ruleId: name, events: sequence, head: hash });
  }
  return heads;
}

/** The partitions with chains, and the names of the chains. */
async function* chainsOf(table: Table, tenantId: string) {
  for await (const partition of partitionKeys(table, inTenant(tenantId)))
    yield { partition, name: partition.slice(tenantId.length + 1) };
  if (tenantId === installationName) return;
  for await (const partition of partitionKeys(table, inTenant(installationName)))
    yield { partition, name: `${installationName}/${partition.slice(installationName.length + 1)}` };
}

/** The hashes of events by their number. In an intact chain, an event is at the place of its number. */
function hashesOf(links: readonly ChainLink[]): (sequence: number) => string | undefined {
  return (sequence) => {
    const link = links[sequence - 1];
    // An event that does not fit its own hash does not prove what its hash says.
    const found = link?.sequence === sequence ? link : links.find((one) => one.sequence === sequence);
    return found?.isIntact ? found.hash : undefined;
  };
}

/** Distinguishes rows that were never committed from removed ones: the chain ends where the head's transaction began. */
async function withoutUncommitted(
  table: Table,
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
async function readConsistently(table: Table, partition: string) {
  for (let head = await readHead(table, partition); ; ) {
    const links: ChainLink[] = [];
    for await (const event of readEvents(table, partition, 'audit_')) links.push(linkOf(event));
    const after = await readHead(table, partition);
    if (after.etag === head.etag) return { links: links.sort((a, b) => a.sequence - b.sequence), head };
    head = after;
  }
}

async function eventsOf(table: Table, partition: string, prefix: string): Promise<ChainedAuditEvent[]> {
  const events = [];
  for await (const event of readEvents(table, partition, prefix)) events.push(event);
  return events;
}

async function* readEvents(table: Table, partition: string, prefix: string): AsyncGenerator<ChainedAuditEvent> {
  for await (const row of readRows(table, [...inPartition(partition), ...keyBegins(prefix)])) yield fromAuditRow(row);
}
