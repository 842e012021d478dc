import { Worker } from 'node:worker_threads';

/** A value of a statement. */
export type Value = string | number | null;

/** A request to the thread of a file (`sqlite-worker.js`). */
export type WorkerRequest =
  | { readonly kind: 'open' | 'close' }
  | { readonly kind: 'read'; readonly sql: string; readonly params: readonly Value[]; readonly sizes?: string }
  | { readonly kind: 'write'; readonly steps: readonly Step[] };

/** A statement of a transaction. */
export interface Step {
  readonly sql: string;
  readonly params: readonly Value[];
  /** The number of rows that it must change. Otherwise the transaction fails, and nothing is written. */
  readonly changes?: number;
  /** It returns rows. The answer has those of the last such statement. */
  readonly returns?: true;
}

/** The answer of the thread. */
export interface WorkerAnswer {
  readonly rows?: readonly (readonly Value[])[];
  /** The index of the step that did not change as many rows as it must. */
  readonly failed?: number;
  /** The version of a schema that is not the one of this program. */
  readonly foreign?: number;
  /** Another process has the lock. */
  readonly busy?: true;
  readonly error?: { readonly code: string; readonly message: string };
}

/** The thread of one file. It keeps the process running only while a request is under way. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, { resolve(answer: WorkerAnswer): void }>();
  readonly #exit: Promise<void>;
  #failure: WorkerAnswer | undefined;
  #lastId = 0;

  constructor(workerData: { readonly file: string; readonly schema: string; readonly version: number }) {
    this.#worker = new Worker(new URL('./sqlite-worker.js', import.meta.url), {
      workerData,
      // Without this, options of the process would run their modules in the thread too.
      execArgv: [],
      // Its objects live as long as one request. By default they would fill 48 MB before they are collected.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.unref();
    this.#worker.on('message', ({ id, ...answer }: WorkerAnswer & { id: number }) => this.#settle(id, answer));
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      this.#fail({ error: { code: error.code ?? '', message: error.message } });
    });
    this.#exit = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.#worker.on('exit', () =>
      this.#fail({ error: { code: 'CONSENTINEL_ENDED', message: 'the thread has ended' } }),
    );
  }

  /** Requests are executed in order, each to its end. */
  request(request: WorkerRequest): Promise<WorkerAnswer> {
    if (this.#failure) return Promise.resolve(this.#failure);
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#pending.set(id, { resolve });
      this.#worker.ref();
      this.#worker.postMessage({ id, ...request });
    });
  }

  /** Ends the thread. SQLite closes the file only when the thread has ended, because its statements are objects there. */
  async end(): Promise<void> {
    if (this.#failure) return;
    await this.request({ kind: 'close' });
    this.#worker.ref();
    await this.#exit;
  }

  #settle(id: number, answer: WorkerAnswer): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#worker.unref();
    pending?.resolve(answer);
  }

  #fail(answer: WorkerAnswer): void {
    this.#failure ??= answer;
    for (const id of [...this.#pending.keys()]) this.#settle(id, this.#failure);
  }
}
