import { createHash } from 'node:crypto';
import type { MovedRows } from '../../jobs/ports/index.js';
import { ConsentinelError } from '../../model/errors.js';
import { type ChainHead, type ChainLink, linkOf, verifyChain } from '../audit-chain.js';
import { fromAuditRow, fromHeadRow, headKey } from '../finding-rows.js';
import { kindOf, type RowKind, rowKinds, type TransferRow, tableNames, tenantOf } from './row-kinds.js';

const none: MovedRows = { findings: 0, events: 0, scans: 0, evidence: 0, remediator: 0 };

/**
 * Checks the rows of a file one after the other, when it is written and when it is read: their kind and content, their
 * order, their tenant, and each audit chain. It keeps the links of one chain in memory.
 */
export class TransferCheck {
  rows = 0;
  readonly tenants: Record<string, { -readonly [K in keyof MovedRows]: number }>;
  readonly faults: string[] = [];
  readonly #partitions = new Set<string>();
  #at: { readonly place: string; readonly rank: number; readonly rowKey: string } | undefined;
  #chain: { readonly partition: string; readonly links: ChainLink[]; head?: ChainHead } | undefined;

  constructor(private readonly tenantIds: readonly string[]) {
    this.tenants = Object.fromEntries(tenantIds.map((id) => [id, { ...none }]));
  }

  /** @throws ConsentinelError `transfer-refused`, or `storage-malformed` and `storage-newer` for the content of a row */
  add({ table, row }: TransferRow): void {
    const { partitionKey, rowKey } = row;
    const kind = kindOf(table, rowKey);
    const tenant = tenantOf(table, partitionKey, this.tenantIds);
    if (!kind || tenant === undefined) throw unexpected(table, row, 'An export does not have such a row.');
    this.#follow(table, row, kind);
    kind.check(row);
    if (table === 'findings') this.#link(row, kind);
    this.rows += 1;
    this.tenants[tenant] ??= { ...none };
    const counts = this.tenants[tenant];
    if (kind.is !== 'other') counts[kind.is] += 1;
  }

  /** Verifies the last chain. */
  end(): void {
    this.#endChain();
  }

  /** A partition is in one piece, and each row comes once. */
  #follow(table: TransferRow['table'], row: TransferRow['row'], kind: RowKind): void {
    const place = `${tableNames.indexOf(table)} ${row.partitionKey}`;
    const next = { place, rank: rowKinds.indexOf(kind), rowKey: row.rowKey };
    const last = this.#at;
    if (last?.place !== place) {
      if (this.#partitions.has(place)) throw unexpected(table, row, 'Its partition is in several pieces.');
      this.#partitions.add(place);
      this.#endChain();
    } else if (next.rank < last.rank || (next.rank === last.rank && next.rowKey <= last.rowKey))
      throw unexpected(table, row, 'It is not in the order of an export.');
    this.#at = next;
  }

  #link(row: TransferRow['row'], { is }: RowKind): void {
    this.#chain ??= { partition: row.partitionKey, links: [] };
    if (is === 'events') this.#chain.links.push(linkOf(fromAuditRow(row)));
    else if (row.rowKey === headKey) this.#chain.head = fromHeadRow(row);
  }

  #endChain(): void {
    const chain = this.#chain;
    this.#chain = undefined;
    if (!chain) return;
    const links = chain.links.sort((a, b) => a.sequence - b.sequence);
    const problem =
      links.length === 0 && !chain.head
        ? 'Every row of the audit trail was removed.'
        : verifyChain(links, chain.head)?.summary;
    if (problem !== undefined) this.faults.push(`${chain.partition}: ${problem}`);
  }
}

/** A hash of texts one after the other. */
export class TextHash {
  readonly #hash = createHash('sha256');

  add(text: string | Buffer): void {
    this.#hash.update(text);
  }

  /** 64 hexadecimal digits. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}

function unexpected(table: string, { partitionKey, rowKey }: TransferRow['row'], problem: string): ConsentinelError {
  return new ConsentinelError(
    'transfer-refused',
    `Table ${table}, partition ${partitionKey}, row ${rowKey}: ${problem}`,
    'Use a file that `consentinel export` has written, without changes.',
  );
}
