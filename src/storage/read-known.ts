import pLimit from 'p-limit';
import { withStorageErrors } from './errors.js';
import { findingKey } from './finding-rows.js';
import { readRow, tableOperation } from './reads.js';
import { type Filter, inPartition, type Table, type VersionedRow } from './table.js';

/** Up to this number, every row is read on its own. */
const fewRows = 3;

/**
 * A page with a smaller share of wanted rows costs more time than it saves. The first wanted row is always in the first
 * page, so that a range is never dearer than one read for each row.
 */
const worthwhileShare = 1 / 10;

/** A query returns at most 1,000 rows. Source: Query timeout and pagination. */
const maxPageSize = 1000;

const concurrentReads = 16;

/**
 * Reads the rows of several findings of one partition. Where they lie close together, pages of their key range are read;
 * the others are read one by one.
 * @param ids of findings; without duplicates
 * @returns the rows that exist, in no order
 * @throws ConsentinelError `storage-unavailable` or `storage-rejected`
 */
export async function readKnownFindings(
  table: Table,
  partition: string,
  ids: readonly string[],
): Promise<VersionedRow[]> {
  const keys = ids.map(findingKey).sort();
  const { rows, readUntil } = keys.length > fewRows ? await readRange(table, partition, keys) : nothingRead;
  const rest = keys.filter((key) => key > readUntil);
  const limit = pLimit(concurrentReads);
  const single = limit.map(rest, (key) => readRow(table, [partition, key])).finally(() => limit.clearQueue());
  return [...rows, ...(await single).filter((row) => row !== undefined)];
}

interface RangeRead {
  readonly rows: VersionedRow[];
  /** Every wanted row up to this key was read. */
  readonly readUntil: string;
}

const nothingRead: RangeRead = { rows: [], readUntil: '' };

/** Reads the range of the wanted keys page by page, as long as the pages contain enough wanted rows. */
async function readRange(table: Table, partition: string, keys: readonly string[]): Promise<RangeRead> {
  const last = keys.at(-1) ?? '';
  const filter: Filter = [
    ...inPartition(partition),
    { name: 'RowKey', is: 'ge', value: keys[0] ?? '' },
    { name: 'RowKey', is: 'le', value: last },
  ];
  const pages = table.pages(filter, { maxPageSize: Math.min(maxPageSize, 4 * keys.length) });
  const wanted = new Set(keys);
  const rows: VersionedRow[] = [];
  return withStorageErrors(tableOperation(table, 'list rows'), async () => {
    for await (const page of pages) {
      const found = page.filter(({ rowKey }) => wanted.has(rowKey));
      rows.push(...found);
      const readUntil = page.at(-1)?.rowKey;
      if (readUntil && found.length < page.length * worthwhileShare) return { rows, readUntil };
    }
    return { rows, readUntil: last };
  });
}
