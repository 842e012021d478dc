import { ConsentinelError } from '../model/errors.js';
import type { Row } from './rows.js';
import type { RowKeys, TableAction } from './table.js';

/**
 * What Table Storage refuses, so that the rows of any storage can move there. Keys have at most 1 KiB as UTF-16.
 * Source: Understanding the Table service data model; Performing entity group transactions.
 */
const limits = {
  keyLength: 512,
  textLength: 32_768,
  properties: 252,
  nameLength: 255,
  rowBytes: 1_048_576,
  actions: 100,
} as const;

const refusedInKeys = /[/\\#?\p{Cc}\p{Cs}]/u;
const propertyName = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/**
 * Checks the writes of a transaction.
 * @throws ConsentinelError `storage-rejected`; it names the row, the property and the limit
 */
export function requireAllowed(actions: readonly TableAction[]): void {
  const [first] = actions;
  if (!first || actions.length > limits.actions)
    throw refused(first?.row, `a transaction has ${actions.length} writes, and 1 to ${limits.actions} are allowed`);
  const keys = new Set<string>();
  for (const action of actions) {
    requireKeys(action.row);
    if (action.row.partitionKey !== first.row.partitionKey)
      throw refused(
        action.row,
        `a transaction is about one partition, and this one began with ${first.row.partitionKey}`,
      );
    if (keys.has(action.row.rowKey)) throw refused(action.row, 'a transaction has a row at most once');
    keys.add(action.row.rowKey);
    if (action.kind !== 'delete') requireProperties(action.row);
  }
}

function requireKeys(row: RowKeys): void {
  for (const name of ['partitionKey', 'rowKey'] as const) {
    const key: unknown = row[name];
    if (typeof key !== 'string' || key.length > limits.keyLength || refusedInKeys.test(key))
      throw refused(
        row,
        `${name} is not a text of at most ${limits.keyLength} characters without / \\ # ? and controls`,
      );
  }
}

/** A program writes few names of properties, and each in many rows. */
const knownNames = new Set<string>();
const mostKnownNames = 1_000;

function requireProperties(row: Row): void {
  const { partitionKey, rowKey } = row;
  let count = 0;
  // Source of the sizes: the same page. Four bytes for the row, eight for each property.
  let bytes = 4 + 2 * (partitionKey.length + rowKey.length);
  for (const name in row) {
    if (name === 'partitionKey' || name === 'rowKey') continue;
    if (!knownNames.has(name)) requireName(row, name);
    const value: unknown = row[name];
    if (typeof value === 'string' && value.length > limits.textLength)
      throw refused(row, `property ${name} has ${value.length} characters, and ${limits.textLength} are allowed`);
    if (typeof value !== 'string' && !Number.isFinite(value))
      throw refused(row, `property ${name} is neither a text nor a number`);
    bytes += 8 + 2 * name.length + (typeof value === 'string' ? 2 * value.length + 4 : 8);
    count++;
  }
  if (count > limits.properties) throw refused(row, `it has ${count} properties, and ${limits.properties} are allowed`);
  if (bytes > limits.rowBytes) throw refused(row, `it has ${bytes} bytes, and ${limits.rowBytes} are allowed`);
}

function requireName(row: RowKeys, name: string): void {
  if (name.length > limits.nameLength || !propertyName.test(name)) throw refused(row, `property ${name}: not a name`);
  if (knownNames.size < mostKnownNames) knownNames.add(name);
}

function refused(row: RowKeys | undefined, problem: string): ConsentinelError {
  return new ConsentinelError(
    'storage-rejected',
    `Partition ${row?.partitionKey}, row ${row?.rowKey}: ${problem}.`,
    'Table Storage has the same limit. Report the message as a defect.',
  );
}
