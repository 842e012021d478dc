import { z } from 'zod';
import { hasLiveApproval } from '../../model/finding/moved-finding.js';
import { installationName } from '../../model/remediation/pause.js';
import {
  auditKey,
  findingKey,
  fromAuditRow,
  fromFindingRow,
  fromHeadRow,
  headKey,
  partitionOf,
} from '../finding-rows.js';
import { fromRow, MalformedRow, type Row, type StoredRow } from '../rows.js';
import { fromIndexRow, fromScanRow, scanPrefix, sentinelPrefix } from '../scan-rows.js';
import type { Filter } from '../table.js';
import { keyBegins } from '../table.js';

export const tableNames = ['findings', 'scans', 'remediatorState'] as const;
export type TableName = (typeof tableNames)[number];

/** A row of a table of the product. */
export interface TransferRow {
  readonly table: TableName;
  readonly row: Row;
}

/** A kind of row that moves, and how it is counted in a report. */
export interface RowKind {
  readonly table: TableName;
  readonly is: 'findings' | 'events' | 'scans' | 'evidence' | 'remediator' | 'other';
  /** Its keys: all that begin with a text, or one. */
  readonly keys: { readonly begin: string } | { readonly equal: string };
  /** @throws ConsentinelError `storage-malformed` or `storage-newer` */
  check(row: Row): void;
}

/** Checks the version alone: readers of these rows set damaged ones aside, or treat them as a stop. */
const checkVersion = (row: Row) => void fromRow(row, z.object({}));

/**
 * The kinds of rows that move, in the order of their rows in a partition. The head of a chain comes after its events, and
 * findings come after the head: a process that sees a finding of an unfinished import continues a whole chain.
 *
 * Leases, scan requests and the state of the catch-up belong to processes of one installation and never move.
 */
export const rowKinds: readonly RowKind[] = [
  { table: 'findings', is: 'events', keys: { begin: 'audit_' }, check: checkEvent },
  { table: 'findings', is: 'other', keys: { equal: headKey }, check: (row) => void fromHeadRow(row) },
  { table: 'findings', is: 'findings', keys: { begin: findingKey('') }, check: checkFinding },
  { table: 'findings', is: 'other', keys: { equal: 'pause' }, check: checkVersion },
  { table: 'scans', is: 'evidence', keys: { begin: 'evidence_' }, check: checkVersion },
  { table: 'scans', is: 'other', keys: { begin: 'index_' }, check: (row) => void fromIndexRow(row) },
  { table: 'scans', is: 'scans', keys: { begin: scanPrefix }, check: checkScan },
  { table: 'scans', is: 'other', keys: { begin: sentinelPrefix }, check: checkScan },
  { table: 'remediatorState', is: 'remediator', keys: { begin: 'approval_' }, check: checkVersion },
  { table: 'remediatorState', is: 'remediator', keys: { equal: 'budget' }, check: checkVersion },
];

/** The kind of a row; undefined for a row that does not move. */
export function kindOf(table: TableName, rowKey: string): RowKind | undefined {
  return rowKinds.find(
    ({ table: of, keys }) => of === table && ('equal' in keys ? keys.equal === rowKey : rowKey.startsWith(keys.begin)),
  );
}

/** The filter of the rows of a kind. */
export function rowsOf({ keys }: RowKind): Filter {
  return 'equal' in keys ? [{ name: 'RowKey', is: 'eq', value: keys.equal }] : keyBegins(keys.begin);
}

/** The tenant of a partition; undefined for a partition of none. Pauses belong to `installation`. */
export function tenantOf(table: TableName, partitionKey: string, tenantIds: readonly string[]): string | undefined {
  if (table !== 'findings') return tenantIds.find((id) => id === partitionKey);
  return [...tenantIds, installationName].find((id) => partitionKey.startsWith(`${id}_`));
}

/** The properties that the product writes: texts and numbers, without those that the service adds. */
export function toMovedRow(stored: StoredRow): Row {
  const { partitionKey = '', rowKey = '', etag: _, timestamp: __, ...rest } = stored;
  const own = Object.entries(rest).filter(
    (entry): entry is [string, string | number] =>
      (typeof entry[1] === 'string' || typeof entry[1] === 'number') && !entry[0].startsWith('odata'),
  );
  return { partitionKey, rowKey, ...Object.fromEntries(own) };
}

function checkEvent(row: Row): void {
  const event = fromAuditRow(row);
  if (auditKey(event) !== row.rowKey) throw new MalformedRow(row, 'sequence', 'it is not that of the row');
  if (partitionOf(event) !== row.partitionKey) throw new MalformedRow(row, 'ruleId', 'it is not that of the partition');
}

/** A file must not bring an approved plan into an installation. */
function checkFinding(row: Row): void {
  if (hasLiveApproval(fromFindingRow(row)))
    throw new MalformedRow(row, 'remediation', 'it is approved, and an export contains no approved plan');
}

function checkScan(row: Row): void {
  if (fromScanRow(row).tenantId !== row.partitionKey)
    throw new MalformedRow(row, 'tenantId', 'it is not that of the partition');
}
