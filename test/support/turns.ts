/** A worker of an interleaving. A stopped one never gets another turn. */
export interface Actor {
  stopped: boolean;
}

/** Decides in which order concurrent calls take effect: one random call at a time. */
export class Turns {
  readonly #waiting: { readonly actor: Actor; readonly resume: () => void }[] = [];
  #running = 0;

  /** @param random a number from 0 to below 1 */
  constructor(private readonly random: () => number) {}

  /** Resolves when it is the actor's turn; never if the actor is stopped. */
  turn(actor: Actor): Promise<void> {
    if (actor.stopped) return new Promise(() => {});
    return new Promise((resume) => this.#waiting.push({ actor, resume }));
  }

  /** Starts an activity that takes turns. */
  start(actor: Actor, activity: () => Promise<unknown>): void {
    this.#running += 1;
    let ended = false;
    const end = () => {
      if (!ended) this.#running -= 1;
      ended = true;
    };
    this.#stops.set(actor, end);
    activity().then(end, end);
  }

  readonly #stops = new Map<Actor, () => void>();

  /** Stops an actor in the middle of what it does. */
  stop(actor: Actor): void {
    actor.stopped = true;
    this.#stops.get(actor)?.();
  }

  /** Gives turns until no activity runs. @param between called before each turn */
  async run(between: () => void): Promise<void> {
    while (this.#running > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const ready = this.#waiting.filter(({ actor }) => !actor.stopped);
      if (ready.length === 0) continue;
      const next = ready[Math.floor(this.random() * ready.length)];
      if (!next) continue;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      between();
      if (!next.actor.stopped) next.resume();
    }
  }
}
