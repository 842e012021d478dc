import { GrantIndex, type PermissionGrant } from './grants.js';

type Pages = AsyncIterable<{ readonly grants: readonly PermissionGrant[] }>;

/** The grants of the tenant while their pages arrive. */
export class GrantReading {
  /** The grants of the pages that arrived. */
  readonly soFar = new GrantIndex();
  /** Resolves when all grants are read, and rejects when a page cannot be read. */
  readonly whole: Promise<GrantIndex>;
  #pages = 0;
  #hasEnded = false;
  #waiting: (() => void)[] = [];

  constructor(pages: Pages) {
    this.whole = this.#read(pages);
    // The reader that awaits it gets the error; until then the rejection must not count as unhandled.
    this.whole.catch(() => {});
  }

  /** The number of pages that arrived. */
  get pages(): number {
    return this.#pages;
  }

  /** Whether no page follows, because all were read or one cannot be read. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Resolves with the next page, and at the end. */
  async next(): Promise<void> {
    if (!this.#hasEnded) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async #read(pages: Pages): Promise<GrantIndex> {
    try {
      for await (const { grants } of pages) {
        for (const grant of grants) this.soFar.add(grant);
        this.#pages++;
        this.#resume();
      }
      return this.soFar;
    } finally {
      this.#hasEnded = true;
      this.#resume();
    }
  }

  #resume(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }
}

/** The index of the grants of all pages. */
export function grantIndexOf(pages: Pages): Promise<GrantIndex> {
  return new GrantReading(pages).whole;
}
