import { createHash } from 'node:crypto';
import { ConsentinelError } from '../../model/errors.js';
import { installationName } from '../../model/remediation/pause.js';
import { canonicalJson } from '../../model/text/canonical-json.js';
import { partitionKeys, readRows } from '../reads.js';
import type { Row } from '../rows.js';
import { inPartition, inTenant, type Table } from '../table.js';
import { kindOf, type TableName, type TransferRow, toMovedRow } from './row-kinds.js';

/** The tables of the target by name; a table that cannot be used here is missing. */
export type TargetTables = { readonly [Name in TableName]?: Table };

/** Rows that a message names. */
const mostNamed = 5;

export const isOfInstallation = ({ row }: TransferRow): boolean => row.partitionKey.startsWith(`${installationName}_`);

/** The rows that the target has in one partition, as digests: 100,000 of them take some 10 MB. */
export class TargetPartition {
  private constructor(private readonly digests: Map<string, string>) {}

  static async read(table: Table | undefined, name: TableName, partitionKey: string): Promise<TargetPartition> {
    const digests = new Map<string, string>();
    if (table)
      for await (const stored of readRows(table, inPartition(partitionKey)))
        if (kindOf(name, stored.rowKey)) digests.set(stored.rowKey, digestOf(toMovedRow(stored)));
    return new TargetPartition(digests);
  }

  /** Compares a row of the file, each once. */
  take(row: Row): 'missing' | 'equal' | 'different' {
    const digest = this.digests.get(row.rowKey);
    this.digests.delete(row.rowKey);
    if (digest === undefined) return 'missing';
    return digest === digestOf(row) ? 'equal' : 'different';
  }

  /** The keys of rows that the file does not have, after all rows of the partition were compared. */
  get left(): string[] {
    return [...this.digests.keys()];
  }
}

/**
 * Compares a file with the target. Equal rows are of an import that was interrupted. Any other row means that the target
 * has a history of its own, which an import would mix with another one.
 */
export class FileComparison {
  /** Whether the target has pauses of its own: they stay, and those of the file are left out. */
  ownPauses = false;
  readonly #problems: string[] = [];
  #count = 0;
  readonly #compared = new Map<TableName, Set<string>>();
  #partition: { readonly table: TableName; readonly key: string; readonly rows: TargetPartition } | undefined;

  constructor(private readonly tables: TargetTables) {}

  async add(entry: TransferRow): Promise<void> {
    const { table, row } = entry;
    if (this.#partition?.table !== table || this.#partition.key !== row.partitionKey) await this.#open(entry);
    if (this.#partition?.rows.take(row) !== 'different') return;
    if (isOfInstallation(entry)) this.ownPauses = true;
    else this.#report(`${table}, partition ${row.partitionKey}, row ${row.rowKey} (another content)`);
  }

  /** @throws ConsentinelError `transfer-refused` with the first rows that are not of this file */
  async end(tenantIds: readonly string[], place: string): Promise<void> {
    this.#close();
    const { findings } = this.tables;
    for (const tenantId of tenantIds)
      if (findings)
        for await (const partition of partitionKeys(findings, inTenant(tenantId)))
          if (!this.#compared.get('findings')?.has(partition))
            this.#report(`findings, partition ${partition} (not in the file)`);
    for (const name of ['scans', 'remediatorState'] as const)
      for (const tenantId of tenantIds)
        if (!this.#compared.get(name)?.has(tenantId))
          for (const key of (await TargetPartition.read(this.tables[name], name, tenantId)).left)
            this.#report(`${name}, partition ${tenantId}, row ${key} (not in the file)`);
    if (this.#count === 0) return;
    const more = this.#count > mostNamed ? ` and ${this.#count - mostNamed} more` : '';
    throw new ConsentinelError(
      'transfer-refused',
      `The target ${place} already has rows of the tenant that are not those of the file: ${this.#problems.join('; ')}${more}.`,
      'Nothing was written. Import into an installation that has not scanned the tenant yet: an empty storage account, or another folder. An import that was interrupted can be repeated with the same file.',
    );
  }

  async #open({ table, row }: TransferRow): Promise<void> {
    this.#close();
    const key = row.partitionKey;
    this.#compared.set(table, (this.#compared.get(table) ?? new Set()).add(key));
    this.#partition = { table, key, rows: await TargetPartition.read(this.tables[table], table, key) };
  }

  #close(): void {
    const partition = this.#partition;
    this.#partition = undefined;
    for (const rowKey of partition?.rows.left ?? [])
      if (partition?.key.startsWith(`${installationName}_`)) this.ownPauses = true;
      else this.#report(`${partition?.table}, partition ${partition?.key}, row ${rowKey} (not in the file)`);
  }

  #report(row: string): void {
    this.#count += 1;
    if (this.#problems.length < mostNamed) this.#problems.push(row);
  }
}

function digestOf(row: Row): string {
  return createHash('sha256').update(canonicalJson(row)).digest('base64').slice(0, 22);
}
