/** The time that went to one activity. */
export interface Spent {
  /** When it was begun first and left last. */
  readonly from: number;
  until: number;
  /** Milliseconds, without those that went to activities within it. */
  busy: number;
  /** How often it was begun. */
  times: number;
}

/** Tells whose a time is where activities follow one another or are within each other: always the innermost one's. */
export class Stopwatch {
  readonly #spent = new Map<string, Spent>();
  readonly #under: string[] = [];
  #since = 0;

  /** @param now milliseconds of a clock that never goes back */
  constructor(private readonly now: () => number) {}

  begin(activity: string): void {
    const now = this.#settle();
    const spent = this.#spent.get(activity) ?? { from: now, until: now, busy: 0, times: 0 };
    spent.times += 1;
    this.#spent.set(activity, spent);
    this.#under.push(activity);
  }

  /** The innermost activity is over. */
  end(): void {
    const now = this.#settle();
    const spent = this.#spent.get(this.#under.pop() ?? '');
    if (spent) spent.until = now;
  }

  get spent(): ReadonlyMap<string, Spent> {
    return this.#spent;
  }

  /** Gives the time since the last change to the innermost activity. */
  #settle(): number {
    const now = this.now();
    const innermost = this.#spent.get(this.#under.at(-1) ?? '');
    if (innermost) innermost.busy += now - this.#since;
    this.#since = now;
    return now;
  }
}
