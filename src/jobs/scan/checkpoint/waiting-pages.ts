import type { AppendedChunk, DirectoryPage } from '../../ports/index.js';
import { toPages } from './page-entries.js';

/** How many compressed bytes may wait: as many as the unparsed pages of a listing take. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Pages that were recorded and wait for one consumer. They wait in compressed form, unless the consumer waits for them.
 */
export class WaitingPages<T> {
  readonly #waiting: (DirectoryPage<T>[] | AppendedChunk)[] = [];
  #bytes = 0;
  #isAwaited = false;
  #end: { readonly error?: unknown } | undefined;
  #resumeConsumer = () => {};
  #resumeProducer = () => {};

  /**
   * Adds a page, and waits until there is room for another one.
   * @param chunk its compressed form; undefined for a page without one, which waits as it is
   */
  async add(page: DirectoryPage<T>, chunk: Promise<AppendedChunk | undefined>): Promise<void> {
    const compressed = this.#isAwaited ? undefined : await chunk;
    this.#waiting.push(compressed ?? [page]);
    this.#bytes += compressed?.bytes ?? 0;
    this.#isAwaited = false;
    this.#resumeConsumer();
    const isFull = () => this.#bytes > mostBytes || (!compressed && this.#waiting.length > 0);
    while (isFull() && !this.#end)
      await new Promise<void>((resolve) => {
        this.#resumeProducer = resolve;
      });
  }

  /** No page follows. The consumer gets the error after the pages before it. */
  end(end: { readonly error?: unknown } = {}): void {
    this.#end ??= end;
    this.#resumeConsumer();
    this.#resumeProducer();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<DirectoryPage<T>, void, undefined> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next === undefined) {
        if (this.#end) break;
        this.#isAwaited = true;
        await new Promise<void>((resolve) => {
          this.#resumeConsumer = resolve;
        });
        this.#isAwaited = false;
      } else if (Array.isArray(next)) {
        this.#resumeProducer();
        yield* next;
      } else {
        this.#bytes -= next.bytes;
        this.#resumeProducer();
        yield* toPages<T>(await next.entries());
      }
    }
    if ('error' in this.#end) throw this.#end.error;
  }
}
