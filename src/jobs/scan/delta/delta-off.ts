import type { InventoryStore } from '../../ports/index.js';

/** Why delta queries are off for a tenant although the setting is on. */
export interface DeltaOff {
  /** When the missed changes were found, ISO 8601 UTC; undefined if the stored row is not readable. */
  readonly at?: string;
  /** The number of objects whose changes Graph did not report. */
  readonly missed?: number;
}

/** What delta queries are off for: each fails on its own. */
export type DeltaPart = 'objects' | 'grants';

/** How an operator switches delta queries on again. */
export const howToResume =
  'To try them again, run `consentinel scan --reset-delta`, or set DELTA_SCANS to off for one scan and then to on.';

/** Whether delta queries are off. A row that cannot be authenticated counts as off: listing everything is always safe. */
export async function readDeltaOff(
  inventory: InventoryStore,
  tenantId: string,
  part: DeltaPart = 'objects',
): Promise<DeltaOff | undefined> {
  const { committed, rejected } = await open(inventory, tenantId, part);
  if (rejected !== undefined) return {};
  return committed?.position as DeltaOff | undefined;
}

export async function switchDeltaOff(
  inventory: InventoryStore,
  tenantId: string,
  off: Required<DeltaOff>,
  part: DeltaPart = 'objects',
): Promise<void> {
  const log = await open(inventory, tenantId, part);
  await log.commit(off);
}

/** Deletes everything that is stored for delta queries: the next scan lists all objects. */
export async function resetDelta(inventory: InventoryStore, tenantId: string): Promise<void> {
  await inventory.remove({ tenantId, purpose: 'delta' });
}

function open(inventory: InventoryStore, tenantId: string, part: DeltaPart) {
  const collection = part === 'objects' ? 'state' : part;
  return inventory.open({ tenantId, purpose: 'delta', id: 'off', collection, select: [] });
}
