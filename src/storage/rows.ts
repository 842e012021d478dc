import { z } from 'zod';
import { ConsentinelError } from '../model/errors.js';
import { joinText, splitText } from './text.js';

/**
 * The version of the rows that this program writes. Increase it only for a change that an earlier version of the program
 * would misread: a new meaning of a stored value. New optional properties need no new version. Rows before 2026-11-26 have
 * none, which counts as 0.
 */
export const schemaVersion = 1;

/** A table entity to write. */
export interface Row {
  partitionKey: string;
  rowKey: string;
  [property: string]: string | number;
}

/** A table entity that was read. It can contain other properties of the service or of another writer. */
export type StoredRow = Readonly<Record<string, unknown>> & { partitionKey?: string; rowKey?: string; etag?: string };

/** An entity has at most 1 MiB, with strings as UTF-16. Source: Understanding the Table service data model. */
const maxRowBytes = 1_000_000;

/**
 * Converts a record to a row. Numbers stay numbers. Strings and JSON become texts, divided into as many properties as
 * they need (`message`, `message_2`, …, and their number in `message_parts`).
 * @throws ConsentinelError `storage-rejected` for a row that is too large; it names the largest field
 */
export function toRow(partitionKey: string, rowKey: string, record: object): Row {
  const row: Row = { partitionKey, rowKey, schemaVersion };
  const sizes = Object.entries(record).map(([name, value]) => ({ name, size: put(row, name, value) }));
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  if (total > maxRowBytes) throw rowTooLarge(row, sizes, total);
  return row;
}

/**
 * Converts a row to a validated record.
 * @param schema of the record; members that are stored as JSON use `jsonColumn`
 * @throws ConsentinelError `storage-malformed`; it names partition, row and property. `storage-newer` for a row of a newer
 * version of the program
 */
export function fromRow<T>(row: StoredRow, schema: z.ZodType<T>): T {
  // The service returns null for a selected property that is missing.
  const version = row.schemaVersion ?? 0;
  if (typeof version !== 'number') throw new MalformedRow(row, 'schemaVersion', 'not a number');
  if (version > schemaVersion) throw new NewerRow(row, version);
  const parsed = schema.safeParse(textsOf(row));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new MalformedRow(row, issue?.path.map(String).join('.') ?? '', issue?.message ?? '');
}

/** The schema of a member that is stored as JSON. */
export function jsonColumn<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** The schema of an object whose members all match. Unlike `z.record` it keeps every name, including `__proto__`. */
export function objectOf<T>(member: (value: unknown) => value is T) {
  return z.custom<Readonly<Record<string, T>>>(
    (value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(member),
    'not an object with the expected members',
  );
}

/** An id as part of a key. Characters that are not allowed in keys become `~hhhh`; different ids stay different. */
export function keyPart(id: string): string {
  return id.replace(/[^A-Za-z0-9.:-]/g, (unit) => `~${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function put(row: Row, name: string, value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') {
    row[name] = value;
    return 8;
  }
  const parts = splitText(typeof value === 'string' ? value : JSON.stringify(value));
  for (const [i, part] of parts.entries()) row[i === 0 ? name : `${name}_${i + 1}`] = part;
  if (parts.length > 1) row[`${name}_parts`] = parts.length;
  return parts.reduce((size, part) => size + 2 * (part.length + name.length + 4), 0);
}

function textsOf(row: StoredRow): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, textOf(row, name, value)]));
}

function textOf(row: StoredRow, name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const parts = [value];
  for (let i = 2; i <= Number(row[`${name}_parts`] ?? 1); i++) {
    const part = row[`${name}_${i}`];
    if (typeof part !== 'string') throw new MalformedRow(row, `${name}_${i}`, 'a part of the text is missing');
    parts.push(part);
  }
  return joinText(parts);
}

/** The error for a row that is not what this program wrote. */
export class MalformedRow extends ConsentinelError {
  constructor(
    { partitionKey, rowKey }: StoredRow,
    readonly property: string,
    problem: string,
    code: 'storage-malformed' | 'storage-newer' = 'storage-malformed',
    remedy = 'Another program changed it. Restore or delete the row. The next scan writes a finding again.',
  ) {
    const what = code === 'storage-newer' ? 'is newer than this program' : 'is damaged';
    super(
      code,
      `A row of storage ${what}: partition ${partitionKey}, row ${rowKey}, property ${property}: ${problem}.`,
      remedy,
    );
  }
}

/** The error for a row that a newer version of the program wrote: this version must not change it. */
export class NewerRow extends MalformedRow {
  constructor(row: StoredRow, version: number) {
    super(
      row,
      'schemaVersion',
      `version ${version}, and this program knows ${schemaVersion}`,
      'storage-newer',
      'Nothing was written. Upgrade this program to the version that wrote the row. If no newer version was installed, something else wrote the row: delete it.',
    );
  }
}

function rowTooLarge(row: Row, sizes: readonly { name: string; size: number }[], total: number): ConsentinelError {
  const largest = [...sizes].sort((a, b) => b.size - a.size)[0];
  return new ConsentinelError(
    'storage-rejected',
    `Row ${row.rowKey} of partition ${row.partitionKey} needs ${total} bytes, more than the limit of ${maxRowBytes}. ${largest?.name} takes ${largest?.size} bytes.`,
    `Change the rule so that it writes less into ${largest?.name}.`,
  );
}
