import { setMaxListeners } from 'node:events';
import { ConsentinelError } from '../../model/errors.js';
import type { Clock } from '../ports/index.js';

/** The scans that this process runs. They end early when the platform stops the process. */
export class RunningScans {
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor() {
    // Each scan listens to it: more than ten listeners are not a leak.
    setMaxListeners(0, this.#stop.signal);
  }

  /**
   * Runs a scan until it ends or the process stops.
   * @param scan is given the signal that aborts it
   * @returns what `scan` returns
   * @throws what `scan` throws
   */
  async run<T>(scan: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const running = scan(this.#stop.signal);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /**
   * Aborts all scans, also those that begin later, and waits until each has stored its end and released its lease.
   * @param milliseconds the longest wait: the platform kills the process soon
   * @returns how many scans have not ended then
   */
  async stop(clock: Pick<Clock, 'wait'>, milliseconds: number): Promise<number> {
    this.#stop.abort(
      new ConsentinelError(
        'aborted',
        'The platform stopped this instance while the scan was running.',
        'The queue delivers the request again within 10 minutes. The scan of a large tenant continues from its checkpoint, any other scan starts over.',
      ),
    );
    const ended = new AbortController();
    const tooLate = clock.wait(milliseconds, ended.signal).catch(() => {});
    await Promise.race([Promise.allSettled(this.#running), tooLate]);
    ended.abort();
    return this.#running.size;
  }
}
