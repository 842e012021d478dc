import type { KeyCredential } from '../../../model/entra/app.js';
import { type Collection, collectionNames } from '../../../model/entra/collection.js';
import type { UnreadableObject } from '../../../model/entra/unreadable-object.js';
import { formatNumber } from '../../../model/text/format.js';
import { HeldKeys } from '../../../scale/held-keys.js';
import type { Directory } from '../../ports/index.js';

/** The key credentials of one collection. */
export interface HeldCollection {
  readonly keys: HeldKeys<KeyCredential>;
  /** By object id in lower case: the holders that differ from Graph's documentation. */
  readonly unreadable: ReadonlyMap<string, UnreadableObject>;
}

/**
 * Reads the objects of a collection that hold key credentials.
 * @returns a sentence with the reason, if Graph returned fewer objects than it counts
 * @throws as `Directory.keyHolders`
 */
export async function readHeldCollection(
  directory: Pick<Directory, 'keyHolders'>,
  collection: Collection,
  signal: AbortSignal,
): Promise<HeldCollection | string> {
  const keys = new HeldKeys<KeyCredential>();
  const onHolder = ({ id, keyCredentials }: { id: string; keyCredentials: readonly KeyCredential[] }) =>
    keys.set(id, keyCredentials);
  const { unreadable, read, count } = await directory.keyHolders(collection, onHolder, signal);
  const name = collectionNames[collection];
  if (count === undefined) return `Graph did not return the number of ${name} with keys.`;
  if (read < count) return `Graph counts ${formatNumber(count)} ${name} with keys, and returned ${formatNumber(read)}.`;
  const named = unreadable.flatMap((object) =>
    object.facts.id ? [[object.facts.id.toLowerCase(), object] as const] : [],
  );
  if (named.length < unreadable.length) return `Graph returned ${name} with keys that have no id.`;
  return { keys, unreadable: new Map(named) };
}
