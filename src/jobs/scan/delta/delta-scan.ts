import type { Collection } from '../../../model/entra/collection.js';
import { codeOf, explain } from '../../../model/errors.js';
import type { Directory } from '../../ports/index.js';
import type { Listings } from '../listings.js';
import type { ScanUnderWay } from '../scan-context.js';
import type { ForeseenLookups } from './foreseen-lookups.js';
import { type KnownCollection, positionsAfter } from './known-collection.js';
import type { StoredState } from './stored-collection.js';

/** Where a scan lists the directory. */
export interface DeltaListing {
  readonly directory: Directory;
  /** Whether the objects come from the inventory. Then the listing needs no checkpoints. */
  readonly usesInventory: boolean;
  /** The direct lookups of the scan go through it; undefined without an inventory. */
  readonly lookups?: ForeseenLookups;
  /** Stores what was listed, for the next scan. Call it after the walk. */
  finish(listings: Listings): Promise<void>;
}

/** A scan before its listings are prepared. */
export type DeltaScan = Omit<ScanUnderWay, 'listings'>;
/** What is known of both collections, and of the grants if a rule reads them and delta queries are on for them. */
export type KnownCollections = Readonly<Record<Collection, KnownCollection>> & {
  readonly grants: KnownCollection | undefined;
};

const namedObjects = 5;

/** The first ids of a list. */
export function named(ids: readonly string[]): string {
  const more = ids.length > namedObjects ? `, and ${ids.length - namedObjects} more` : '';
  return ids.slice(0, namedObjects).join(', ') + more;
}

/** An inventory that cannot be stored costs a full listing, and no scan. */
export async function unlessStorageFails({ record }: DeltaScan, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isStorageError(error)) throw error;
    noteNotStored({ record }, error);
  }
}

/** Stores the changes that were applied, and from where the next ones follow. */
export async function storePositions(scan: DeltaScan, collections: readonly KnownCollection[]): Promise<void> {
  await unlessStorageFails(scan, async () => {
    for (const { log, state, position } of collections) {
      if (!state || position === undefined) continue;
      const { suspects: _, ...rest } = state;
      const positions = positionsAfter(state.positions, position, scan.record.scan.startedAt);
      await log.commit({ ...rest, positions } satisfies StoredState);
    }
  });
}

export function noteNotStored({ record }: Pick<DeltaScan, 'record'>, error: unknown): void {
  record.note(`The inventory of the delta queries was not stored. ${explain(error)}`);
}

/** Also an unusable key, and another process that stored the inventory in the meantime. */
export function isStorageError(error: unknown): boolean {
  return /^(storage-|lease-lost$|config-invalid$)/.test(codeOf(error));
}
