import pLimit from 'p-limit';
import type {
  AuditVerdict,
  CommitResult,
  FindingChange,
  FindingKey,
  FindingStore,
  OnDamaged,
  Stored,
} from '../jobs/ports/index.js';
import { codeOf } from '../model/errors.js';
import type { AnchoredEvents } from '../model/finding/anchored-events.js';
import type { ChainedAuditEvent } from '../model/finding/audit.js';
import type { AnchoredChain } from '../model/finding/audit-anchor.js';
import type { Finding } from '../model/finding/finding.js';
import type { FindingSummary } from '../model/finding/finding-summary.js';
import { chainHeads, historyOf, trailOf, verifyTenant } from './audit-trail.js';
import { batchSize } from './chunks.js';
import { commitPartition } from './commit.js';
import { findingKey, fromFindingRow, partitionOf } from './finding-rows.js';
import { pruneFindings } from './prune.js';
import { readKnownFindings } from './read-known.js';
import { firstRow, partitionKeys, readRow, readRows } from './reads.js';
import { MalformedRow, NewerRow } from './rows.js';
import { fromSummaryRow, summaryColumns } from './summary-rows.js';
import { inPartition, inTenant, keyBegins, type Table, type VersionedRow } from './table.js';
import { TimeCheck } from './time-check.js';

/** Partitions that are read or written at the same time. Inside a partition, transactions run one after the other. */
const concurrentPartitions = 4;

/** Findings and their audit trail in the table `findings`. */
export class TableFindingStore implements FindingStore {
  readonly batchSize = batchSize;
  private readonly times: TimeCheck | undefined;
  private readonly verifiedHeads = new Map<string, string | undefined>();

  /**
   * @param table `findings`
   * @param options the ids of the current rules: a finding is searched in their partitions first; the current time (ISO 8601
   * UTC): without it, stored times are not checked
   */
  constructor(
    private readonly table: Table,
    private readonly options: { readonly ruleIds: readonly string[]; readonly now?: () => string },
  ) {
    this.times = options.now && new TimeCheck(options.now);
  }

  async *findings(
    tenantId: string,
    { ruleId, onDamaged }: { ruleId?: string; onDamaged?: OnDamaged } = {},
  ): AsyncGenerator<Stored<Finding>> {
    const where = ruleId ? inPartition(partitionOf({ tenantId, ruleId })) : inTenant(tenantId);
    for await (const row of readRows(this.table, [...where, ...keyBegins(findingKey(''))])) {
      const finding = unlessDamaged(row, tenantId, (one) => this.stored(one), onDamaged);
      if (finding) yield finding;
    }
  }

  async summaries(tenantId: string, onDamaged?: OnDamaged): Promise<FindingSummary[]> {
    const partitions: string[] = [];
    for await (const partition of partitionKeys(this.table, inTenant(tenantId))) partitions.push(partition);
    const limit = pLimit(concurrentPartitions);
    const read = limit.map(partitions, (partition) => this.summariesIn(tenantId, partition, onDamaged));
    return (await read.finally(() => limit.clearQueue())).flat();
  }

  async finding(tenantId: string, id: string, ruleId?: string): Promise<Stored<Finding> | undefined> {
    const row = ruleId ? await this.rowOf(tenantId, id, ruleId) : await this.rowOfAnyRule(tenantId, id);
    return row && this.stored(row);
  }

  async knownFindings(
    tenantId: string,
    keys: readonly FindingKey[],
    onDamaged?: OnDamaged,
  ): Promise<Map<string, Stored<Finding>>> {
    const idsByRule = new Map<string, Set<string>>();
    for (const { id, ruleId } of keys) idsByRule.set(ruleId, (idsByRule.get(ruleId) ?? new Set()).add(id));
    const limit = pLimit(concurrentPartitions);
    const reads = limit.map([...idsByRule], ([ruleId, ids]) =>
      readKnownFindings(this.table, partitionOf({ tenantId, ruleId }), [...ids]),
    );
    const rows = (await reads.finally(() => limit.clearQueue())).flat();
    const findings = rows.flatMap((row) => unlessDamaged(row, tenantId, (one) => this.stored(one), onDamaged) ?? []);
    return new Map(findings.map((finding) => [finding.value.id, finding]));
  }

  async commit(changes: readonly FindingChange[]): Promise<CommitResult> {
    const limit = pLimit({ concurrency: concurrentPartitions, rejectOnClear: true });
    const commits = [...byPartition(this.times?.explained(changes) ?? changes)].map(([key, group]) =>
      limit(() =>
        commitPartition(this.table, key, group, this.verifiedHeads).catch((error: unknown) => {
          // A damaged partition does not stop the others. An unreachable service does: each call waits for its retries.
          if (codeOf(error) === 'storage-unavailable') limit.clearQueue();
          throw error;
        }),
      ),
    );
    // No write is under way when the caller learns of a failure.
    await Promise.allSettled(commits);
    const results = await Promise.all(commits);
    return {
      written: results.reduce((sum, { written }) => sum + written, 0),
      conflicts: results.flatMap(({ conflicts }) => conflicts),
    };
  }

  history(finding: Pick<Finding, 'tenantId' | 'ruleId' | 'id'>): Promise<ChainedAuditEvent[]> {
    return historyOf(this.table, partitionOf(finding), finding.id);
  }

  async *auditTrail(tenantId: string, ruleId: string): AsyncGenerator<ChainedAuditEvent> {
    yield* await trailOf(this.table, partitionOf({ tenantId, ruleId }));
  }

  prune(tenantId: string, before: string): Promise<number> {
    return pruneFindings(this.table, tenantId, before);
  }

  verifyAudit(tenantId: string, anchored?: AnchoredEvents): AsyncGenerator<AuditVerdict> {
    return verifyTenant(this.table, tenantId, anchored);
  }

  chainHeads(tenantId: string): Promise<AnchoredChain[]> {
    return chainHeads(this.table, tenantId);
  }

  private async summariesIn(tenantId: string, partition: string, onDamaged?: OnDamaged): Promise<FindingSummary[]> {
    const where = [...inPartition(partition), ...keyBegins(findingKey(''))];
    const read: FindingSummary[] = [];
    for await (const row of readRows(this.table, where, summaryColumns)) {
      const summary = unlessDamaged(row, tenantId, (one) => fromSummaryRow(one, this.options.now?.()), onDamaged);
      if (summary) read.push(summary);
    }
    return read;
  }

  private stored(row: VersionedRow): Stored<Finding> {
    const stored = { value: fromFindingRow(row), etag: row.etag };
    return this.times?.checked(stored) ?? stored;
  }

  private rowOf(tenantId: string, id: string, ruleId: string): Promise<VersionedRow | undefined> {
    return readRow(this.table, [partitionOf({ tenantId, ruleId }), findingKey(id)]);
  }

  private async rowOfAnyRule(tenantId: string, id: string): Promise<VersionedRow | undefined> {
    const reads = this.options.ruleIds.map((ruleId) => this.rowOf(tenantId, id, ruleId));
    return (await Promise.all(reads)).find(Boolean) ?? this.ofFormerRule(tenantId, id);
  }

  private ofFormerRule(tenantId: string, id: string): Promise<VersionedRow | undefined> {
    return firstRow(this.table, [...inTenant(tenantId), { name: 'RowKey', is: 'eq', value: findingKey(id) }]);
  }
}

function byPartition(changes: readonly FindingChange[]): Map<string, FindingChange[]> {
  const groups = new Map<string, FindingChange[]>();
  for (const change of changes) {
    const key = partitionOf(change.finding);
    const group = groups.get(key);
    if (group) group.push(change);
    else groups.set(key, [change]);
  }
  return groups;
}

/** Reports a damaged row and returns undefined; without `onDamaged` it throws. */
function unlessDamaged<T>(
  row: VersionedRow,
  tenantId: string,
  read: (row: VersionedRow) => T,
  onDamaged: OnDamaged | undefined,
): T | undefined {
  try {
    return read(row);
  } catch (error) {
    if (!onDamaged || !(error instanceof MalformedRow)) throw error;
    const { property, message } = error;
    const code = error instanceof NewerRow ? 'storage-newer' : 'storage-malformed';
    const ruleId = row.partitionKey?.slice(tenantId.length + 1) ?? '';
    onDamaged({ id: row.rowKey?.slice(findingKey('').length) ?? '', ruleId, code, property, message });
    return undefined;
  }
}
