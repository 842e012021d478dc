import { setTimeout as pause } from 'node:timers/promises';
import { busyFor, failure, foreignFile, waitingFor } from './database-errors.js';
import { fileVersion, schema } from './schema.js';
import { type Step, type Value, type WorkerAnswer, WorkerClient, type WorkerRequest } from './worker-client.js';

/** How a database waits for another process. */
export interface Waiting {
  /** A time in milliseconds that only increases. */
  elapsed(): number;
  wait(milliseconds: number): Promise<void>;
  /** Called with one line if a call waits for longer than `noticeAfter`. */
  onNotice(line: string): void;
}

/** Milliseconds. A transaction takes a few, so that a process that has the lock for longer is stopped or is not ours. */
const noticeAfter = 2_000;
const giveUpAfter = 60_000;

export type ReturnedRow = readonly Value[];

/** The file of the embedded storage. Calls run in a thread, in order; each is one transaction. */
export class Database {
  readonly #worker: WorkerClient;

  constructor(
    readonly file: string,
    private readonly waiting: Partial<Waiting> = {},
  ) {
    this.#worker = new WorkerClient({ file, schema, version: fileVersion });
  }

  /**
   * Opens the file, and creates the tables of a new one.
   * @throws ConsentinelError `storage-newer` for the file of a newer program; `storage-unavailable`
   */
  async open(): Promise<void> {
    const { foreign } = await this.#call({ kind: 'open' });
    if (foreign !== undefined) throw foreignFile(this.file, foreign);
  }

  /**
   * Reads rows.
   * @param sizes a statement with the same parameters that selects the sizes of the rows. The last parameter is a limit,
   * which shrinks to a page of about 500 KB
   * @throws ConsentinelError `storage-unavailable`
   */
  async read(sql: string, params: readonly Value[], sizes?: string): Promise<readonly ReturnedRow[]> {
    const { rows = [] } = await this.#call({ kind: 'read', sql, params, ...(sizes && { sizes }) });
    return rows;
  }

  /**
   * Executes all statements or none.
   * @returns the rows of the last statement that returns rows, or the index of the one that changed too few rows
   * @throws ConsentinelError `storage-unavailable`
   */
  async write(
    steps: readonly Step[],
  ): Promise<{ readonly rows: readonly ReturnedRow[] } | { readonly failed: number }> {
    const { rows = [], failed } = await this.#call({ kind: 'write', steps });
    return failed === undefined ? { rows } : { failed };
  }

  /** Executes a statement once, without waiting. A failure has no effect: for what the product does not depend on. */
  async tryWrite(step: Step): Promise<void> {
    await this.#worker.request({ kind: 'write', steps: [step] });
  }

  async close(): Promise<void> {
    await this.#worker.end();
  }

  /** Repeats a request while another process has the lock. SQLite itself does not wait: reads behind it would wait too. */
  async #call(request: WorkerRequest): Promise<WorkerAnswer> {
    const { elapsed = () => performance.now(), wait = pause, onNotice } = this.waiting;
    const start = elapsed();
    for (let isReported = false; ; ) {
      const answer = await this.#worker.request(request);
      if (answer.error) throw failure(this.file, answer.error);
      if (!answer.busy) return answer;
      const waited = elapsed() - start;
      if (waited >= giveUpAfter) throw busyFor(this.file, waited, await this.#others());
      if (waited >= noticeAfter && !isReported) {
        isReported = true;
        onNotice?.(waitingFor(this.file, await this.#others()));
      }
      // The jitter lets one of several writers be first.
      await wait(2 + Math.random() * Math.min(2 + waited / 4, 100));
    }
  }

  /** The other processes that use the file, for a message; empty if the file cannot say. */
  async #others(): Promise<readonly ReturnedRow[]> {
    const { rows = [] } = await this.#worker.request({
      kind: 'read',
      sql: 'SELECT pid, command FROM processes WHERE pid <> ? ORDER BY pid',
      params: [process.pid],
    });
    return rows;
  }
}
