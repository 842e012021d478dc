/** A request that waits for a place. */
type Waiting = () => void;

/**
 * Runs a bounded number of requests at the same time, in the order in which they came. Urgent ones go before the others:
 * the pages of one long chain follow one after another, so each place in the queue would delay all of them.
 */
export class RequestQueue {
  readonly #urgent: Waiting[] = [];
  readonly #others: Waiting[] = [];
  #underWay = 0;

  constructor(private bound: number) {}

  /** The requests that may be under way at the same time. */
  get concurrency(): number {
    return this.bound;
  }

  set concurrency(bound: number) {
    this.bound = bound;
    this.#fill();
  }

  /** @throws what `work` throws */
  async run<T>(work: () => Promise<T>, urgent = false): Promise<T> {
    await new Promise<void>((begin) => {
      (urgent ? this.#urgent : this.#others).push(begin);
      this.#fill();
    });
    try {
      return await work();
    } finally {
      this.#underWay--;
      this.#fill();
    }
  }

  #fill(): void {
    while (this.#underWay < this.bound) {
      const begin = this.#urgent.shift() ?? this.#others.shift();
      if (!begin) return;
      this.#underWay++;
      begin();
    }
  }
}
