import type { Row } from '../rows.js';
import type { Filter, VersionedRow } from '../table.js';
import type { Value } from './worker-client.js';

/** The properties of a row as they are stored: JSON, which keeps texts and numbers exactly, lone surrogates too. */
export function propertiesOf({ partitionKey: _, rowKey: __, ...properties }: Row): string {
  return JSON.stringify(properties);
}

/**
 * A stored row.
 * @param row its key, version and properties
 * @param select the properties to keep; one that the row does not have is null, as in Table Storage
 */
export function rowOf(partitionKey: string, row: readonly Value[], select?: readonly string[]): VersionedRow {
  const [rowKey, version, properties] = row;
  const whole = {
    ...(JSON.parse(String(properties)) as object),
    partitionKey,
    rowKey: String(rowKey),
    etag: String(version),
  };
  return select ? selected(whole, select) : whole;
}

/** Keys, version and the selected properties of a row. */
export function selected(row: VersionedRow, select: readonly string[]): VersionedRow {
  const { partitionKey, rowKey, etag } = row;
  return { ...Object.fromEntries(select.map((name) => [name, row[name] ?? null])), partitionKey, rowKey, etag };
}

/** Whether the properties of a row fulfil all comparisons. Values of different types are never in order. */
export function satisfies(row: VersionedRow, comparisons: Filter): boolean {
  return comparisons.every(({ name, is, value }) => {
    const actual = row[name];
    if (typeof actual !== typeof value) return false;
    const order = (actual as typeof value) < value ? -1 : (actual as typeof value) > value ? 1 : 0;
    return { eq: order === 0, gt: order > 0, ge: order >= 0, lt: order < 0, le: order <= 0 }[is];
  });
}

/** The version in an etag; one that no row has for an etag of another storage. */
export function versionOf(etag: string): number {
  return /^\d+$/.test(etag) ? Number(etag) : -1;
}
