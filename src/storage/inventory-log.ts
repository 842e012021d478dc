import type {
  AppendedChunk,
  CommittedInventory,
  InventoryEntry,
  InventoryLog,
  InventoryName,
} from '../jobs/ports/index.js';
import { ConsentinelError } from '../model/errors.js';
import { isConflict, storageError } from './errors.js';
import { decodeEntries, encodeEntries, type InventorySeal } from './inventory-codec.js';
import {
  chunkKey,
  emptyHead,
  fromChunkRow,
  fromLogHeadRow,
  type InventoryHead,
  logHeadKey,
  logPrefix,
  toChunkRow,
  toLogHeadRow,
} from './inventory-rows.js';
import { deleteRowsFrom } from './prune.js';
import { readRow, tableOperation, transact } from './reads.js';
import { MalformedRow, type Row, type StoredRow } from './rows.js';
import { type Table, type TableAction, type VersionedRow, writeAction } from './table.js';

/** Less than 4 MiB and at most 100 operations, one of them for the head. Source: Table service limits. */
const transactionLimits = { bytes: 2_500_000, chunks: 98 };
/** Rows that are read ahead. Each takes a round trip, and up to 1 MB of memory. */
const readAhead = 4;

/** What a log works with. */
export interface InventoryParts {
  readonly table: Table;
  readonly seal: InventorySeal;
  readonly name: InventoryName;
  /** ISO 8601 UTC. */
  now(): string;
}

/** A log in the table `inventory`. */
export class TableInventoryLog implements InventoryLog {
  #waiting: Promise<Buffer[]>[] = [];

  private constructor(
    private readonly parts: InventoryParts,
    private head: InventoryHead,
    /** The version of the stored head; undefined if there is none. */
    private etag: string | undefined,
    readonly rejected: string | undefined,
  ) {}

  /** @throws as `InventoryStore.open` */
  static async open(parts: InventoryParts): Promise<TableInventoryLog> {
    const row = await readRow(parts.table, [parts.name.tenantId, logHeadKey(parts.name)]);
    if (!row) return new TableInventoryLog(parts, emptyHead, undefined, undefined);
    const head = unlessMalformed(() => fromLogHeadRow(row, parts.seal));
    return new TableInventoryLog(parts, head ?? emptyHead, row.etag, head ? undefined : notAuthentic(row).message);
  }

  get committed(): CommittedInventory | undefined {
    if (this.head.at === '') return undefined;
    const { chunks, position, at } = this.head;
    return { chunks, position, at };
  }

  chunks(): AsyncIterable<readonly InventoryEntry[]> {
    return this.#chunksOf(this.head);
  }

  async *#chunksOf({ chunks, lastMac }: InventoryHead): AsyncGenerator<readonly InventoryEntry[]> {
    const reading = new Map<number, Promise<VersionedRow>>();
    for (let sequence = 0, previousMac = ''; sequence < chunks; sequence++) {
      for (let next = sequence; next < Math.min(sequence + readAhead, chunks); next++)
        if (!reading.has(next)) reading.set(next, this.#read(next));
      const row = (await reading.get(sequence)) as VersionedRow;
      reading.delete(sequence);
      const chunk = fromChunkRow(row, this.parts.seal, sequence, previousMac);
      if (!chunk || (sequence === chunks - 1 && chunk.mac !== lastMac)) throw notAuthentic(row);
      previousMac = chunk.mac;
      yield await decodeEntries(chunk.bytes);
    }
  }

  async append(entries: readonly InventoryEntry[]): Promise<AppendedChunk> {
    const encoded = encodeEntries(entries);
    // At once, so that the order of the chunks is the order of the calls.
    this.#waiting.push(encoded);
    const parts = await encoded;
    return {
      bytes: parts.reduce((sum, { length }) => sum + length, 0),
      entries: async () => (await Promise.all(parts.map(decodeEntries))).flat(),
    };
  }

  async commit(position: unknown): Promise<void> {
    const waiting = [...this.#waiting];
    const at = this.parts.now();
    const { name, seal } = this.parts;
    const chunks: (Encoded & { readonly row: Row })[] = [];
    let { chunks: count, lastMac } = this.head;
    for (const bytes of (await Promise.all(waiting)).flat()) {
      const { row, mac } = toChunkRow(name, seal, { sequence: count, previousMac: lastMac, bytes, at });
      chunks.push({ row, bytes });
      count++;
      lastMac = mac;
    }
    const head = { chunks: count, position, at, lastMac };
    await this.#write(chunks, head);
    this.head = head;
    // What was appended since the call waits for the next commit.
    this.#waiting = this.#waiting.slice(waiting.length);
  }

  restart(): void {
    this.head = emptyHead;
    this.#waiting = [];
  }

  async remove(): Promise<void> {
    const { table, name } = this.parts;
    await deleteRowsFrom(table, name.tenantId, logPrefix(name));
    this.head = emptyHead;
    this.etag = undefined;
  }

  /** The head comes with the last chunks: until then, the rows of the other chunks count for nothing. */
  async #write(chunks: readonly (Encoded & { readonly row: Row })[], head: InventoryHead): Promise<void> {
    const groups = grouped(chunks);
    const last = groups.pop() ?? [];
    for (const group of groups) await this.#transact(group.map(upsert));
    const row = toLogHeadRow(this.parts.name, this.parts.seal, head);
    const versions = await this.#transact([...last.map(upsert), writeAction(row, this.etag)]);
    this.etag = versions.get(row.rowKey);
  }

  async #transact(actions: TableAction[]) {
    const { table, name } = this.parts;
    try {
      return await transact(table, actions);
    } catch (error) {
      if (isConflict(error)) throw otherWriter(name);
      throw storageError(error, tableOperation(table, 'store listed objects'));
    }
  }

  #read(sequence: number): Promise<VersionedRow> {
    const { table, name } = this.parts;
    const key = chunkKey(name, sequence);
    const read = readRow(table, [name.tenantId, key]).then((row) => {
      if (row) return row;
      throw notAuthentic({ partitionKey: name.tenantId, rowKey: key });
    });
    // A row that was read ahead and is not taken must not be an unhandled rejection.
    read.catch(() => undefined);
    return read;
  }
}

interface Encoded {
  readonly bytes: Buffer;
}

const upsert = ({ row }: { readonly row: Row }): TableAction => ({ kind: 'put', row });

/** Divides chunks into transactions, in order. */
function grouped<T extends Encoded>(chunks: readonly T[]): T[][] {
  const groups: T[][] = [];
  let room = 0;
  for (const chunk of chunks) {
    const group = groups.at(-1);
    if (group && group.length < transactionLimits.chunks && chunk.bytes.length <= room) group.push(chunk);
    else {
      groups.push([chunk]);
      room = transactionLimits.bytes;
    }
    room -= chunk.bytes.length;
  }
  return groups;
}

function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedRow) return undefined;
    throw error;
  }
}

function notAuthentic(row: StoredRow): MalformedRow {
  return new MalformedRow(
    row,
    'mac',
    'it is missing, or not authentic for this tenant, selection, program version and key',
    'storage-malformed',
    'Nothing to do: the objects are read from Microsoft Graph again.',
  );
}

function otherWriter({ tenantId, purpose, id, collection }: InventoryName): ConsentinelError {
  return new ConsentinelError(
    'lease-lost',
    `Another process wrote the ${collection} of ${purpose} ${id} of tenant ${tenantId}.`,
    'Nothing to do: the other process continues.',
  );
}
