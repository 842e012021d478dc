import { codeOf } from '../../../model/errors.js';
import { IdTable } from '../../../scale/id-table.js';
import type { AppendedChunk, DirectoryPage, InventoryLog, ListedId, ListingPosition } from '../../ports/index.js';
import type { CheckpointLog, Recorder, StoredPosition } from './checkpoint-log.js';
import { addIds, toEntries, toPages } from './page-entries.js';
import type { ScanState } from './scan-state.js';
import { WaitingPages } from './waiting-pages.js';

/** Reads the pages of a listing after a position; undefined for the first page. */
export type ContinueListing<T> = (from: ListingPosition | undefined) => AsyncIterable<DirectoryPage<T>>;

/** The scan of a listing: what was stored for another one does not count. */
export type ListedScan = Pick<ScanState, 'startedAt' | 'keysAreIndexed'>;

type StoredListing = StoredPosition<ListingPosition> & ListedScan;

/**
 * Records the pages of one listing with their position, and returns those that an earlier run of the scan recorded. All
 * stored chunks are verified before the first one is used.
 */
export class ListingCheckpoint implements CheckpointLog {
  /** The ids of the stored objects. */
  readonly seen = new IdTable();
  #position: ListingPosition | undefined;
  #recorded = 0;
  #committed = 0;

  private constructor(
    private readonly log: InventoryLog,
    private readonly scan: ListedScan,
    private readonly recorder: Recorder,
  ) {}

  /**
   * @param scan its first start, and where it reads key credentials: what was stored otherwise does not count
   * @param onRejected called with the reason if stored objects are not authentic: the listing then starts over
   * @throws ConsentinelError of storage
   */
  static async open(
    log: InventoryLog,
    { startedAt, keysAreIndexed = false }: ListedScan,
    recorder: Recorder,
    onRejected: (reason: string) => void,
  ): Promise<ListingCheckpoint> {
    const scan = { startedAt, keysAreIndexed };
    const checkpoint = new ListingCheckpoint(log, scan, recorder);
    if (log.rejected !== undefined) onRejected(log.rejected);
    const stored = log.committed?.position as StoredListing | undefined;
    const isOfScan = stored?.startedAt === startedAt && (stored.keysAreIndexed ?? false) === keysAreIndexed;
    if (!isOfScan) log.restart();
    else checkpoint.#position = stored.position;
    try {
      for await (const entries of log.chunks())
        for (const page of toPages<{ id: string }>(entries)) addIds(checkpoint.seen, page);
      return checkpoint;
    } catch (error) {
      if (codeOf(error) !== 'storage-malformed') throw error;
      onRejected((error as Error).message);
      log.restart();
      return new ListingCheckpoint(log, scan, recorder);
    }
  }

  get isDue(): boolean {
    return this.#recorded > this.#committed;
  }

  get recorded(): number {
    return this.#recorded;
  }

  async commit(): Promise<void> {
    const recorded = this.#recorded;
    const stored: StoredListing = { ...this.scan, position: this.#position };
    await this.log.commit(stored);
    this.#committed = recorded;
  }

  /**
   * The stored pages, then the pages of Graph. These are requested and recorded now, also while the caller takes none of them:
   * the signal of `list` ends that.
   */
  pages<T extends ListedId>(list: ContinueListing<T>): AsyncIterable<DirectoryPage<T>> {
    const stored = this.log.chunks();
    const waiting = new WaitingPages<T>();
    void this.#listAhead(list, waiting).then(
      () => waiting.end(),
      (error: unknown) => waiting.end({ error }),
    );
    return (async function* () {
      for await (const entries of stored) yield* toPages<T>(entries);
      yield* waiting;
    })();
  }

  async #listAhead<T extends ListedId>(list: ContinueListing<T>, waiting: WaitingPages<T>): Promise<void> {
    for await (const page of list(this.#position)) await waiting.add(page, this.#record(page));
    this.recorder.onListed();
  }

  /** @returns undefined if the page was not recorded */
  async #record(page: DirectoryPage<object>): Promise<AppendedChunk | undefined> {
    if (!this.recorder.records) return undefined;
    // In one turn: a commit between them would store a position without its page.
    const appended = this.log.append(toEntries(page));
    this.#position = page.position ?? this.#position;
    this.#recorded++;
    this.recorder.onRecorded();
    try {
      return await appended;
    } catch (error) {
      this.recorder.onFailed(error);
      return undefined;
    }
  }
}
