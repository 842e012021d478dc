import { ConsentinelError } from '../../model/errors.js';
import type { AuditEvent } from '../../model/finding/audit.js';
import { hasLiveApproval, movedFinding } from '../../model/finding/moved-finding.js';
import { installationName } from '../../model/remediation/pause.js';
import type { Scan } from '../../model/scan/scan.js';
import { chainEvents } from '../audit-chain.js';
import { readHead } from '../chain-head.js';
import { findingKey, fromFindingRow, headKey, toAuditRow, toFindingRow, toHeadRow } from '../finding-rows.js';
import { partitionKeys, readRows } from '../reads.js';
import type { Row } from '../rows.js';
import { fromScanRow, scanPrefix, sentinelPrefix, toScanRow } from '../scan-rows.js';
import { inPartition, inTenant, keyBegins, type Table } from '../table.js';
import { type RowKind, rowKinds, rowsOf, type TransferRow, toMovedRow } from './row-kinds.js';

/** The tables to move; the state of the remediator can be in an account that this process cannot use. */
export interface TransferTables {
  readonly findings: Table;
  readonly scans: Table;
  readonly remediatorState?: Table;
}

/** The time and the author of a move, and how much it changed. */
export interface RowMove {
  /** ISO 8601 UTC. */
  readonly at: string;
  author(): Promise<string>;
  /** Counts the plans whose approvals ended. */
  withdrawn: number;
  /** Counts the scans that had no end. */
  stopped: number;
}

/**
 * The rows of tenants and of the installation, in the order of `rowKinds`.
 * @throws ConsentinelError `transfer-refused` for a remediation in progress, `storage-malformed` for a damaged row
 */
export async function* exportedRows(
  tables: TransferTables,
  tenantIds: readonly string[],
  move: RowMove,
): AsyncGenerator<TransferRow> {
  for (const tenantId of [...tenantIds, installationName])
    for await (const partition of partitionKeys(tables.findings, inTenant(tenantId)))
      yield* asRows('findings', findingPartition(tables.findings, partition, move));
  for (const tenantId of tenantIds) yield* asRows('scans', scanPartition(tables.scans, tenantId, move));
  const { remediatorState } = tables;
  if (!remediatorState) return;
  for (const tenantId of tenantIds)
    yield* asRows('remediatorState', rowsIn(remediatorState, tenantId, kindsOf('remediatorState')));
}

async function* asRows(table: TransferRow['table'], rows: AsyncIterable<Row>): AsyncGenerator<TransferRow> {
  for await (const row of rows) yield { table, row };
}

/** A partition of findings. The events that end approvals continue its chain. */
async function* findingPartition(table: Table, partition: string, move: RowMove): AsyncGenerator<Row> {
  const { rows: changed, events } = await changedFindings(table, partition, move);
  const head = await readHead(table, partition);
  const chained = chainEvents(events, head);
  const end = chained.at(-1);
  const added = chained.map(toAuditRow).sort((a, b) => (a.rowKey < b.rowKey ? -1 : 1));
  const changes = Object.fromEntries([...changed].map(([id, row]) => [id, String(row.changeId)]));
  const previous = { sequence: head.sequence, hash: head.hash };
  const transaction = { previous, firstEventOf: chained[0]?.findingId ?? '', changes };
  for (const kind of kindsOf('findings')) {
    for await (const row of rowsIn(table, partition, [kind])) {
      if (kind.is === 'events') while ((added[0]?.rowKey ?? row.rowKey) < row.rowKey) yield added.shift() as Row;
      if (row.rowKey === headKey && end) yield toHeadRow(partition, { ...end, transaction });
      else yield kind.is === 'findings' ? (changed.get(row.rowKey) ?? unapproved(row)) : row;
    }
    if (kind.is === 'events') yield* added;
  }
}

/** The findings that do not move as they are. Few plans wait for their execution. */
async function changedFindings(table: Table, partition: string, move: RowMove) {
  const rows = new Map<string, Row>();
  const events: AuditEvent[] = [];
  for await (const stored of readRows(table, [...inPartition(partition), ...keyBegins(findingKey(''))])) {
    const finding = fromFindingRow(stored);
    if (!hasLiveApproval(finding)) continue;
    const moved = movedFinding(finding, { at: move.at, author: await move.author() });
    if (!moved) continue;
    rows.set(stored.rowKey, toFindingRow({ ...moved, etag: undefined }));
    events.push(...moved.events);
    move.withdrawn += 1;
  }
  return { rows, events };
}

/** A decision between the two reads of a partition is not in the chain that was read. */
function unapproved(row: Row): Row {
  if (!hasLiveApproval(fromFindingRow(row))) return row;
  throw new ConsentinelError(
    'transfer-refused',
    `Finding ${row.rowKey} was approved during the export.`,
    'End the processes that decide on findings, and export again.',
  );
}

/** A scan without an end was stopped: no scan runs while the lease is held, and the next one marks it failed too. */
async function* scanPartition(table: Table, tenantId: string, move: RowMove): AsyncGenerator<Row> {
  const isScan = ({ rowKey }: Row) => rowKey.startsWith(scanPrefix) || rowKey.startsWith(sentinelPrefix);
  for await (const row of rowsIn(table, tenantId, kindsOf('scans'))) {
    const scan = isScan(row) ? fromScanRow(row) : undefined;
    if (scan?.status !== 'running') yield row;
    else {
      move.stopped += 1;
      yield toScanRow(stoppedScan(scan, move.at), row.rowKey);
    }
  }
}

function stoppedScan(scan: Scan, at: string): Scan {
  const error = { code: 'lease-lost', message: 'The scan had stopped before its rows were exported.' };
  return { ...scan, status: 'failed', finishedAt: at, errors: [...scan.errors, error] };
}

async function* rowsIn(table: Table, partition: string, kinds: readonly RowKind[]): AsyncGenerator<Row> {
  for (const kind of kinds)
    for await (const stored of readRows(table, [...inPartition(partition), ...rowsOf(kind)])) yield toMovedRow(stored);
}

const kindsOf = (table: TransferRow['table']) => rowKinds.filter((kind) => kind.table === table);
