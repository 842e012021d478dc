/** How much of a listing may wait for its consumer. */
export interface ReadAhead {
  readonly pages: number;
  readonly bytes: number;
  /** The consumer takes pages from the start. @default from its first page on */
  readonly isTaken?: boolean;
}

/** The requests of one listing that are under way, if no page waits. */
const mostUnderWay = 16;
/** Each page that waits for a busy consumer takes the place of so many requests. */
const requestsPerPage = 4;

/**
 * Bounds the pages that were received and not yet taken. A request that is under way when the bound is reached still
 * adds its page.
 *
 * A consumer that has begun takes pages as fast as it can. Then pages wait only because it is slower than Graph, and more
 * of them save no time: they take memory, and a scan that is killed has to request them again.
 */
export class HeldPages {
  #pages = 0;
  #bytes = 0;
  #underWay = 0;
  #hasBegun: boolean;
  #waiting: (() => void)[] = [];

  constructor(private readonly bound: ReadAhead) {
    this.#hasBegun = bound.isTaken ?? false;
  }

  /** Waits until another page may be requested. The caller then requests it. */
  async room(): Promise<void> {
    while (this.#isFull) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#underWay++;
  }

  /** A requested page was received. */
  add(bytes: number): void {
    this.#underWay--;
    this.#pages++;
    this.#bytes += bytes;
  }

  /** A requested page was not received. */
  lost(): void {
    this.#underWay--;
    this.#resume();
  }

  /** The consumer takes a page. */
  release(bytes: number): void {
    this.#hasBegun = true;
    this.#pages--;
    this.#bytes -= bytes;
    this.#resume();
  }

  /** Lets every waiting request continue: the listing ends. */
  clear(): void {
    this.#pages = Number.NEGATIVE_INFINITY;
    this.#bytes = Number.NEGATIVE_INFINITY;
    this.#resume();
  }

  get #isFull(): boolean {
    if (this.#pages >= this.bound.pages || this.#bytes >= this.bound.bytes) return true;
    // With one page to hold, the consumer waits for each.
    return this.#hasBegun && this.#pages > 0 && this.#underWay >= mostUnderWay - requestsPerPage * this.#pages;
  }

  #resume(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }
}
