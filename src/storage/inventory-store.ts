import type { InventoryLog, InventoryName, InventoryStore } from '../jobs/ports/index.js';
import { storageError } from './errors.js';
import { InventorySeal } from './inventory-codec.js';
import { TableInventoryLog } from './inventory-log.js';
import { logsPrefix } from './inventory-rows.js';
import { deleteRowsFrom } from './prune.js';
import { tableOperation } from './reads.js';
import type { Table } from './table.js';

export interface InventoryOptions {
  /** The key of the MACs, at least 32 bytes. It is read when the first log is opened. */
  key(): Promise<Buffer>;
  /** The version of the program. */
  readonly version: string;
  /** ISO 8601 UTC. */
  now(): string;
}

/**
 * Logs of listed objects in the table `inventory`.
 *
 * An attacker may write to the table. Every chunk has a MAC over its content, its position, the MAC of the chunk before it,
 * the tenant, the scan or state, the collection, the selection and the version of the program; the head has a MAC over the
 * number of chunks, the last MAC and the position. So chunks cannot be forged, cut off, swapped, or taken from another log.
 *
 * An attacker can put back an earlier state of the same log, and this is harmless. The earlier state of a scan belongs to
 * the same scan, which reads the pages after it again. The earlier state of a delta listing has an older delta token,
 * with which Graph returns all changes since then again. An attacker can delete a state, which costs a full listing.
 */
export class TableInventory implements InventoryStore {
  #table: Promise<Table> | undefined;
  #key: Promise<Buffer> | undefined;

  /** @param table `inventory`; it is created when the first log is opened */
  constructor(
    private readonly table: Table,
    private readonly options: InventoryOptions,
  ) {}

  async open(name: InventoryName): Promise<InventoryLog> {
    const { version, now } = this.options;
    const [table, key] = await Promise.all([this.#prepared(), this.#knownKey()]);
    return TableInventoryLog.open({ table, name, now, seal: new InventorySeal(key, name, version) });
  }

  async remove(of: Parameters<InventoryStore['remove']>[0]): Promise<void> {
    await deleteRowsFrom(await this.#prepared(), of.tenantId, logsPrefix(of));
  }

  async prune(tenantId: string, before: string): Promise<void> {
    await deleteRowsFrom(await this.#prepared(), tenantId, logsPrefix({ purpose: 'scan' }), before);
  }

  /** Creates the table once. A tenant that needs no inventory causes no call. */
  #prepared(): Promise<Table> {
    this.#table ??= this.table.create().then(
      () => this.table,
      (error: unknown) => {
        this.#table = undefined;
        throw storageError(error, tableOperation(this.table, 'make the table'));
      },
    );
    return this.#table;
  }

  #knownKey(): Promise<Buffer> {
    this.#key ??= this.options.key().catch((error: unknown) => {
      this.#key = undefined;
      throw error;
    });
    return this.#key;
  }
}
