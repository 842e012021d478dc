/** Source: Graph, throttling: from this share of a budget on, answers contain the used share. */
const shortFrom = 0.8;
/** Milliseconds until another look, where only the answers of requests under way can show when the budget is free. */
const shortly = 100;
/** The part of an estimated budget that is used: the windows of Graph begin at other times than those of this client. */
const usedPart = 0.97;

/** A budget of Graph that is full again after a time. */
export interface Budget {
  /** Milliseconds. */
  readonly window: number;
  /** The documented cost of all requests in a window. @default not known */
  readonly most?: number;
}

/**
 * The rate at which this client uses one budget. Nothing is paced until Graph reports that the budget becomes short. Other
 * clients may use a part of it, so the limit of this client follows from its own requests and the used share that Graph
 * returns. A request counts from its answer on: Graph has counted it by then, however long it was on its way.
 */
export class RateLimit {
  /** The times and costs of the answers in the latest window, the oldest first. */
  readonly #answered: { readonly at: number; readonly cost: number }[] = [];
  #used = 0;
  #underWay = 0;
  /** The cost per window; undefined until Graph reports that the budget becomes short. */
  #limit: number | undefined;

  /** @param now milliseconds of a monotonic clock */
  constructor(
    private readonly budget: Budget,
    private readonly now: () => number,
  ) {}

  /** The time at which a request may be sent, in milliseconds of the clock. */
  freeAt(cost = 1): number {
    if (this.#limit === undefined) return 0;
    this.#forget();
    let excess = this.#used + this.#underWay + cost - Math.max(cost, this.#limit);
    if (excess <= 0) return 0;
    for (const answer of this.#answered) {
      excess -= answer.cost;
      if (excess <= 0) return answer.at + this.budget.window;
    }
    return this.now() + shortly;
  }

  sent(cost = 1): void {
    this.#underWay += cost;
  }

  /** A request has ended. @param counted false without an answer that shows that Graph counted it */
  ended(cost = 1, counted = true): void {
    this.#underWay -= cost;
    if (!counted) return;
    this.#answered.push({ at: this.now(), cost });
    this.#used += cost;
  }

  /** @param usedShare of the budget; undefined if Graph did not return it */
  observe(usedShare: number | undefined, throttled: boolean): void {
    // After Retry-After, a new window begins.
    if (throttled) this.#clear();
    this.#forget();
    if (throttled || usedShare === undefined || usedShare < shortFrom) return;
    const estimated = (this.#used / usedShare) * (this.budget.most === undefined ? usedPart : 1);
    this.#limit = Math.max(1, Math.min(this.budget.most ?? estimated, Math.floor(estimated)));
  }

  #forget(): void {
    const since = this.now() - this.budget.window;
    const kept = this.#answered.findIndex(({ at }) => at > since);
    if (kept === 0) return;
    for (const { cost } of this.#answered.splice(0, kept < 0 ? this.#answered.length : kept)) this.#used -= cost;
    // The budget is full again.
    if (this.#answered.length === 0 && this.#underWay === 0) this.#limit = undefined;
  }

  #clear(): void {
    this.#answered.length = 0;
    this.#used = 0;
  }
}
