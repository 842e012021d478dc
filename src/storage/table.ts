import type { Row, StoredRow } from './rows.js';

/** The keys of a row. */
export interface RowKeys {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** A row and its version: every write gives the row a new one. */
export type VersionedRow = StoredRow & RowKeys & { readonly etag: string };

/** A comparison of a key (`PartitionKey`, `RowKey`) or of a property with a text or a number. Texts are compared ordinally. */
export interface Comparison {
  readonly name: string;
  readonly is: 'eq' | 'gt' | 'ge' | 'lt' | 'le';
  readonly value: string | number;
}

/** Comparisons that a row must all fulfil. A row without the property fulfils none of it. */
export type Filter = readonly Comparison[];

/** One write of a row. */
export type TableAction =
  /** Writes a new row; a conflict if it exists. */
  | { readonly kind: 'create'; readonly row: Row }
  /** Writes a row that exists with this version; a conflict if it is deleted or has another version. */
  | { readonly kind: 'replace'; readonly row: Row; readonly etag: string }
  /** Writes a row, whatever is stored. */
  | { readonly kind: 'put'; readonly row: Row }
  /** Deletes a row of any version; a conflict if it does not exist. */
  | { readonly kind: 'delete'; readonly row: RowKeys };

/**
 * A table of rows, ordered by partition key and row key. It has two implementations with the same rows: Table Storage and
 * SQLite. Both refuse what Table Storage refuses (`row-limits.ts`). Its errors are described in `errors.ts`.
 */
export interface Table {
  readonly name: string;
  /** Creates the table if it does not exist. */
  create(): Promise<void>;
  /**
   * Reads a row by its keys; undefined if it does not exist.
   * @param select the properties to read, besides keys and version; a missing one may be null. @default all
   */
  get(keys: RowKeys, select?: readonly string[]): Promise<VersionedRow | undefined>;
  /** Reads the matching rows in pages, in order. A page may be empty. @param options a page has at most 1,000 rows */
  pages(filter: Filter, options?: PageOptions): AsyncIterable<readonly VersionedRow[]>;
  /** Makes one write. @returns the new version; empty for a deleted row */
  write(action: TableAction): Promise<string>;
  /**
   * Makes all writes or none. The rows are of one partition, at most 100, each at most once.
   * @returns the new versions, in the order of the writes; empty for a deleted row
   */
  transact(actions: readonly TableAction[]): Promise<readonly string[]>;
}

/** The options of `Table.pages`. */
export interface PageOptions {
  /** As for `Table.get`. */
  readonly select?: readonly string[];
  /** @default 1000 */
  readonly maxPageSize?: number;
}

/** The rows of one partition. */
export const inPartition = (partitionKey: string): Filter => [{ name: 'PartitionKey', is: 'eq', value: partitionKey }];

/** The rows of all rules of a tenant. Their partitions are a range of keys. */
export const inTenant = (tenantId: string): Filter => begins('PartitionKey', `${tenantId}_`);

/** The rows whose key starts with a prefix. */
export const keyBegins = (prefix: string): Filter => begins('RowKey', prefix);

function begins(name: string, prefix: string): Filter {
  return [
    { name, is: 'ge', value: prefix },
    { name, is: 'lt', value: successorOf(prefix) },
  ];
}

/** The smallest text that is greater than every text with this prefix. */
function successorOf(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}

/** Writes a row for the first time, or over the version that was read. */
export function writeAction(row: Row, etag: string | undefined): TableAction {
  return etag === undefined ? { kind: 'create', row } : { kind: 'replace', row, etag };
}
