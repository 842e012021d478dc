import { randomUUID } from 'node:crypto';
import type { FillerCollection } from '../filler/filler-collection.js';
import type { JsonObject } from '../protocol/json.js';
import { nowInMilliseconds } from '../protocol/timestamps.js';
import type { CollectionName } from '../schema/tenant.js';
import { type Version, versionAt, withVersion } from './versions.js';

/** The index of an object that is computed when it is shown. */
export type Generated = number;

/**
 * The objects of one collection, each at a position that it keeps for ever: the tenant's own, then the generated, then
 * the added. Changes lie over them, with their past, so that reads can lag behind as those of a replicated directory do.
 */
export class ObjectCollection {
  readonly #base: readonly JsonObject[];
  readonly #changes = new Map<number, readonly Version<JsonObject>[]>();
  readonly #positionsById = new Map<string, number>();
  readonly #positionsByAppId = new Map<string, number>();
  #added = 0;
  #live: number;

  /**
   * @param lag milliseconds during which reads show the old state
   * @param now the clock, milliseconds
   */
  constructor(
    readonly name: CollectionName,
    own: readonly JsonObject[],
    readonly filler: FillerCollection | undefined,
    private readonly lag: number,
    private readonly now: () => number = nowInMilliseconds,
  ) {
    this.#base = own;
    for (const [position, object] of own.entries()) this.#index(object, position);
    this.#live = own.length + (filler?.count ?? 0);
  }

  /** Positions run from 0 to here; some are of deleted objects. */
  get size(): number {
    return this.#base.length + (this.filler?.count ?? 0) + this.#added;
  }

  /** How many objects there are now. */
  get count(): number {
    return this.#live;
  }

  /** What reads see at a position; undefined where there is nothing, or nothing yet. */
  shown(position: number): JsonObject | Generated | undefined {
    const versions = this.#changes.size > 0 ? this.#changes.get(position) : undefined;
    const version = versions && versionAt(versions, this.now() - this.lag);
    return version ? version.value : this.#original(position);
  }

  /** The object that reads see, whole. */
  visible(position: number | undefined): JsonObject | undefined {
    return position === undefined ? undefined : this.#whole(this.shown(position));
  }

  /** The object that writes meet: the latest. */
  current(position: number | undefined): JsonObject | undefined {
    if (position === undefined) return undefined;
    const last = this.#changes.get(position)?.at(-1);
    return last ? last.value : this.#whole(this.#original(position));
  }

  positionOf(id: string): number | undefined {
    return this.#positionsById.get(id.toLowerCase()) ?? this.#generatedAt(this.filler?.indexOfId(id));
  }

  positionOfAppId(appId: string): number | undefined {
    return this.#positionsByAppId.get(appId.toLowerCase()) ?? this.#generatedAt(this.filler?.indexOfAppId(appId));
  }

  /** Replaces the object at a position; undefined deletes it. */
  write(position: number, object: JsonObject | undefined): void {
    this.#live += Number(object !== undefined) - Number(this.current(position) !== undefined);
    const at = this.now();
    const versions = this.#changes.get(position) ?? [];
    this.#changes.set(position, withVersion(versions, { at, value: object }, at - this.lag));
    if (object) this.#index(object, position);
  }

  /** Adds an object behind all others; gives it an id where it has none. */
  add(object: JsonObject): JsonObject {
    const whole = { id: randomUUID(), ...object };
    const position = this.size;
    this.#added++;
    this.write(position, whole);
    return whole;
  }

  #index(object: JsonObject, position: number): void {
    this.#positionsById.set(String(object.id).toLowerCase(), position);
    this.#positionsByAppId.set(String(object.appId).toLowerCase(), position);
  }

  #generatedAt(index: number | undefined): number | undefined {
    return index === undefined ? undefined : this.#base.length + index;
  }

  #original(position: number): JsonObject | Generated | undefined {
    if (position < this.#base.length) return this.#base[position];
    const generated = position - this.#base.length;
    return generated < (this.filler?.count ?? 0) ? generated : undefined;
  }

  #whole(shown: JsonObject | Generated | undefined): JsonObject | undefined {
    return typeof shown === 'number' ? this.filler?.object(shown) : shown;
  }
}
