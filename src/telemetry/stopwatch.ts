/** The time of one activity. */
export interface ActivityTime {
  /** The first start and the last end. */
  readonly from: number;
  until: number;
  /** Milliseconds, without those of nested activities. */
  busy: number;
  /** The number of starts. */
  times: number;
}

/** Measures sequential and nested activities. All time counts for the innermost activity. */
export class Stopwatch {
  readonly #activities = new Map<string, ActivityTime>();
  readonly #stack: string[] = [];
  #lastChange = 0;

  /** @param now milliseconds of a monotonic clock */
  constructor(private readonly now: () => number) {}

  /** Starts an activity inside the current one. */
  begin(activity: string): void {
    const now = this.#countElapsed();
    const current = this.#activities.get(activity) ?? { from: now, until: now, busy: 0, times: 0 };
    current.times += 1;
    this.#activities.set(activity, current);
    this.#stack.push(activity);
  }

  /** Ends the innermost activity. */
  end(): void {
    const now = this.#countElapsed();
    const current = this.#activities.get(this.#stack.pop() ?? '');
    if (current) current.until = now;
  }

  /** The times so far, by activity. */
  get activities(): ReadonlyMap<string, ActivityTime> {
    return this.#activities;
  }

  /** Adds the time since the last change to the innermost activity. */
  #countElapsed(): number {
    const now = this.now();
    const innermost = this.#activities.get(this.#stack.at(-1) ?? '');
    if (innermost) innermost.busy += now - this.#lastChange;
    this.#lastChange = now;
    return now;
  }
}
