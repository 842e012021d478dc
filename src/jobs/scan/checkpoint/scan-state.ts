import type { DirectoryStats, InventoryLog, InventoryStore } from '../../ports/index.js';

/** What the checkpoint of a scan says besides its objects. */
export interface ScanState {
  /** The first start, ISO 8601 UTC. */
  readonly startedAt: string;
  /** Whether nothing of the tenant was stored at the first start. */
  readonly isFirst: boolean;
  /** How often the scan has continued. */
  readonly continued: number;
  /** What Graph counted when the scan began. */
  readonly counts: Counts;
  /**
   * Whether the key credentials come from an index (`KeySource`). Then the next pages of the listings do not select them.
   */
  readonly keysAreIndexed?: boolean;
  /** The pages of all runs. */
  readonly recorded: number;
  /** The requests of all runs. */
  readonly stats: DirectoryStats;
}

/** The number of objects; undefined if Graph did not return it. */
export interface Counts {
  readonly applications?: number | undefined;
  readonly servicePrincipals?: number | undefined;
}

/** What the stored checkpoint of a scan says; undefined if there is none, or if it is not authentic. @throws as `InventoryStore.open` */
export async function storedState(
  inventory: InventoryStore,
  tenantId: string,
  scanId: string,
): Promise<(ScanState & { readonly at: string }) | undefined> {
  const { committed } = await stateLog({ inventory, tenantId, scanId });
  const state = committed?.position as ScanState | null | undefined;
  return state && committed ? { ...state, at: committed.at } : undefined;
}

/** Where the logs of a scan are. */
export interface ScanLogs {
  readonly inventory: InventoryStore;
  readonly tenantId: string;
  readonly scanId: string;
}

/** The log of the state. @throws as `InventoryStore.open` */
export function stateLog(logs: ScanLogs): Promise<InventoryLog> {
  return listingLog(logs, 'scan', []);
}

/** The log of a listing. @throws as `InventoryStore.open` */
export function listingLog(
  { inventory, tenantId, scanId }: ScanLogs,
  collection: string,
  select: readonly string[],
): Promise<InventoryLog> {
  return inventory.open({ tenantId, purpose: 'scan', id: scanId, collection, select });
}
