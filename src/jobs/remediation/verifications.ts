import pLimit from 'p-limit';

/** The number of objects that are verified at the same time. */
const verifiedTogether = 20;

/** Verifications that run at the same time, one for each object: the plan for a second key depends on the first change. */
export class Verifications {
  readonly #limit = pLimit(verifiedTogether);
  readonly #byObject = new Map<string, Promise<unknown>>();

  /** Resolves when no verification of the object runs. */
  async settled(objectId: string): Promise<void> {
    await this.#byObject.get(objectId);
  }

  /** Runs a verification. @param verify never rejects */
  run<T>(objectId: string, verify: () => Promise<T>): Promise<T> {
    const running = this.#limit(verify).finally(() => this.#byObject.delete(objectId));
    this.#byObject.set(objectId, running);
    return running;
  }

  /** Resolves when no verification runs. */
  async allSettled(): Promise<void> {
    await Promise.all(this.#byObject.values());
  }
}
