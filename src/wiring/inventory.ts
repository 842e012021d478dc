import type { Config } from '../config.js';
import type { InventoryStore } from '../jobs/ports/index.js';
import type { Storage } from '../storage/connection.js';
import { inventoryKeyIn } from '../storage/inventory-key-file.js';
import { TableInventory } from '../storage/inventory-store.js';
import { version } from '../version.js';
import { isSignedInAzure } from './approvals.js';

/** What an inventory is created from. */
export interface InventorySource {
  readonly config: Config;
  /** The account that only the scanner can access; where there is one account, the data account. */
  readonly storage: Storage;
  readonly keyFolder: string;
  /** ISO 8601 UTC. */
  now(): string;
}

/** The inventory with the key of INVENTORY_KEY; undefined without the setting. */
export function inventoryOf({ config, storage, now }: InventorySource): InventoryStore | undefined {
  const { key } = config.inventory;
  if (key === undefined) return undefined;
  return new TableInventory(storage.inventory, { key: async () => Buffer.from(key, 'base64'), version, now });
}

/** The same. A local installation without the setting has a key file. */
export function localInventoryOf(source: InventorySource): InventoryStore | undefined {
  const { config, storage, keyFolder, now } = source;
  if (config.inventory.key !== undefined || isSignedInAzure(config)) return inventoryOf(source);
  return new TableInventory(storage.inventory, { key: () => inventoryKeyIn(keyFolder), version, now });
}
