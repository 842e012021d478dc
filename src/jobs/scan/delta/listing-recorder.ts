import type { DirectoryPage, Identified, InventoryLog, ListedId } from '../../ports/index.js';
import type { ExpectedObjects } from './expected-objects.js';
import { type StoredState, unknownEntry } from './stored-collection.js';

/** Compressed bytes that wait before they are stored: a transaction of the log takes 2.5 MB. */
const mostWaitingBytes = 2_000_000;

/** Records a full listing in the log of a collection, and compares it with what the inventory expected. */
export class ListingRecorder {
  #objects = 0;
  #unnamed = false;
  readonly #unknown = new Set<string>();
  #waiting = 0;
  #failure: unknown;

  /**
   * @param state to store with the complete listing
   * @param expected undefined if there is nothing to compare with
   */
  constructor(
    private readonly log: InventoryLog,
    private readonly state: StoredState,
    private readonly expected: ExpectedObjects | undefined,
  ) {
    log.restart();
  }

  /** Why the listing is not recorded; undefined as long as it is. */
  get failure(): unknown {
    return this.#failure;
  }

  /** The same pages. A failure of storage ends the recording, and not the listing. */
  async *recorded<T extends ListedId>(
    pages: AsyncIterable<DirectoryPage<T>>,
  ): AsyncGenerator<DirectoryPage<T>, void, undefined> {
    for await (const page of pages) {
      await this.add(page);
      yield page;
    }
  }

  /** Records a page. A failure of storage ends the recording: it is the `failure`. */
  add(page: DirectoryPage<Identified>): Promise<void> {
    return this.#unlessFailed(() => this.#add(page));
  }

  /**
   * Stores the complete listing.
   * @param suspects objects that differ from what was expected
   * @returns whether the next scan can use it
   */
  async store(suspects: StoredState['suspects']): Promise<boolean> {
    // An object without an id cannot be matched with later changes.
    if (this.#unnamed) return false;
    await this.#unlessFailed(async () => {
      await this.log.append([...this.#unknown].map(unknownEntry));
      await this.log.commit({ ...this.state, ...(suspects && { suspects }) });
    });
    return this.#failure === undefined;
  }

  /** The ids that differ from what was expected, without the objects that the listing itself did not show clearly. */
  differing(): readonly string[] {
    for (const id of this.#unknown) this.expected?.ignore(id);
    return this.expected?.differing().filter((id) => !this.#unknown.has(id)) ?? [];
  }

  /** The number of objects that were recorded. */
  get objects(): number {
    return this.#objects + this.#unknown.size;
  }

  async #add({ items, unreadable, repeated }: DirectoryPage<Identified>): Promise<void> {
    for (const { facts } of unreadable) {
      if (facts.id === undefined) this.#unnamed = true;
      else this.#unknown.add(facts.id);
    }
    for (const { id } of repeated) this.#unknown.add(id);
    for (const object of items) this.expected?.compare(object);
    this.#objects += items.length;
    if (items.length === 0) return;
    this.#waiting += (await this.log.append(items)).bytes;
    if (this.#waiting < mostWaitingBytes) return;
    this.#waiting = 0;
    await this.log.commit({ ...this.state, isComplete: false });
  }

  async #unlessFailed(work: () => Promise<void>): Promise<void> {
    if (this.#failure !== undefined) return;
    try {
      await work();
    } catch (error) {
      this.#failure = error;
    }
  }
}
