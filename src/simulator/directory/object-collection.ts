import { randomUUID } from 'node:crypto';
import type { FillerCollection } from '../filler/filler-collection.js';
import type { JsonObject } from '../protocol/json.js';
import { nowInMilliseconds } from '../protocol/timestamps.js';
import type { RawShape } from '../schema/projection.js';
import type { CollectionName } from '../schema/tenant.js';
import { ChangeJournal } from './change-journal.js';
import { type Version, versionAt, withVersion } from './versions.js';

/** The index of a generated object, which is computed when an answer shows it. */
export type Generated = number;

/**
 * The objects of one collection. Each has a permanent position: first the tenant's own, then the generated ones, then
 * the added ones. Each change keeps its history, so that reads can lag behind, as in a replicated directory.
 */
export class ObjectCollection {
  /** Differences from Graph's documentation in the answers about an object, by its id; not for generated objects. */
  readonly shapes = new Map<string, RawShape>();
  /** The changes, for delta queries. */
  readonly journal = new ChangeJournal();
  readonly #base: readonly JsonObject[];
  readonly #changes = new Map<number, readonly Version<JsonObject>[]>();
  readonly #positionsById = new Map<string, number>();
  readonly #positionsByAppId = new Map<string, number>();
  #added = 0;
  #revisions = 0;
  #live: number;

  /**
   * @param lag milliseconds during which reads show the old state
   * @param now the clock, in milliseconds
   * @param indexLag additional milliseconds during which the index behind filters on key credentials shows the old state
   */
  constructor(
    readonly name: CollectionName,
    own: readonly JsonObject[],
    readonly filler: FillerCollection | undefined,
    private lag: number,
    private readonly now: () => number = nowInMilliseconds,
    private indexLag = 0,
  ) {
    this.#base = own;
    for (const [position, object] of own.entries()) this.#index(object, position);
    this.#live = own.length + (filler?.count ?? 0);
  }

  /** Lets reads show every change from now on. */
  catchUp(): void {
    this.lag = 0;
    this.indexLag = 0;
  }

  /** Positions are smaller than this. Some belong to deleted objects. */
  get size(): number {
    return this.#base.length + (this.filler?.count ?? 0) + this.#added;
  }

  /** The current number of objects. */
  get count(): number {
    return this.#live;
  }

  /** The objects that reads show, without the generated ones. */
  *own(): Iterable<JsonObject> {
    const generated = this.filler?.count ?? 0;
    for (let position = 0; position < this.size; position++) {
      if (position >= this.#base.length && position < this.#base.length + generated) continue;
      const object = this.visible(position);
      if (object) yield object;
    }
  }

  /** What reads show at a position; undefined if reads show no object there. */
  shown(position: number): JsonObject | Generated | undefined {
    return this.#shownBefore(this.lag, position);
  }

  /** The same for answers from the index behind filters on key credentials. */
  indexed(position: number): JsonObject | Generated | undefined {
    return this.#shownBefore(this.lag + this.indexLag, position);
  }

  #shownBefore(lag: number, position: number): JsonObject | Generated | undefined {
    const versions = this.#changes.size > 0 ? this.#changes.get(position) : undefined;
    const version = versions && versionAt(versions, this.now() - lag);
    return version ? version.value : this.#original(position);
  }

  /** The complete object that reads show at a position. */
  visible(position: number | undefined): JsonObject | undefined {
    return position === undefined ? undefined : this.#complete(this.shown(position));
  }

  /** The current object at a position, which writes change. */
  current(position: number | undefined): JsonObject | undefined {
    if (position === undefined) return undefined;
    const last = this.#changes.get(position)?.at(-1);
    return last ? last.value : this.#complete(this.#original(position));
  }

  /** The position of an object id; undefined for an unknown one. */
  positionOf(id: string): number | undefined {
    return this.#positionsById.get(id.toLowerCase()) ?? this.#generatedAt(this.filler?.indexOfId(id));
  }

  /** The position of an appId; undefined for an unknown one. */
  positionOfAppId(appId: string): number | undefined {
    return this.#positionsByAppId.get(appId.toLowerCase()) ?? this.#generatedAt(this.filler?.indexOfAppId(appId));
  }

  /** The number of changes that reads show. */
  get shownChanges(): number {
    return this.journal.countUntil(this.now() - this.lag);
  }

  /** The number of writes that changed an object. */
  get revisions(): number {
    return this.#revisions;
  }

  /** Replaces the object at a position. `undefined` deletes it. */
  write(position: number, object: JsonObject | undefined): void {
    const before = this.current(position);
    const at = this.now();
    if (JSON.stringify(object) !== JSON.stringify(before)) {
      this.#revisions++;
      this.journal.record({ at, id: String((object ?? before)?.id), position, before }, object);
    }
    this.#live += Number(object !== undefined) - Number(before !== undefined);
    const versions = this.#changes.get(position) ?? [];
    this.#changes.set(position, withVersion(versions, { at, value: object }, at - this.lag - this.indexLag));
    if (object) this.#index(object, position);
  }

  /** Adds an object after all others. It gets an id if it has none. */
  add(object: JsonObject): JsonObject {
    const added = { id: randomUUID(), ...object };
    const position = this.size;
    this.#added++;
    this.write(position, added);
    return added;
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

  #complete(shown: JsonObject | Generated | undefined): JsonObject | undefined {
    return typeof shown === 'number' ? this.filler?.object(shown) : shown;
  }
}
