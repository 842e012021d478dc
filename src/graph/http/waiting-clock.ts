import type { Clock } from '../../jobs/ports/index.js';

/**
 * A monotonic clock on which a wait takes at least its requested duration. So a budget does not depend on the machine,
 * and not on tests whose waits end at once.
 */
export class WaitingClock {
  #skipped = 0;

  constructor(private readonly sleep: Clock['wait']) {}

  /** Milliseconds. */
  now(): number {
    return performance.now() + this.#skipped;
  }

  async wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const end = this.now() + milliseconds;
    await this.sleep(milliseconds, signal);
    this.#skipped += Math.max(0, end - this.now());
  }
}
