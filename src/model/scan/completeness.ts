/** What is known of a listing after its last page. */
export interface ListingFacts {
  /** What Graph counts in the collection: its `/$count`. */
  readonly count: number;
  /** The distinct objects that the listing returned. */
  readonly read: number;
  /** The last page was as long as the longest page: without a next link, the pages after it are probably lost. */
  readonly lastPageFull: boolean;
}

/** Below this count, every missing object is a fault. */
const exactUpTo = 1_000;
/** Above it, one object in so many may be missing. */
const toleratedShare = 1_000;

/**
 * How many objects a listing lacks; 0 for a complete listing.
 *
 * The index behind `/$count` lags behind the directory, and objects are deleted while a scan lists them. So a large
 * collection may differ by one object in 1,000, but never after a full last page. More objects than counted are no
 * fault, for the same reasons.
 * Source: Graph, advanced query capabilities (`ConsistencyLevel: eventual`).
 */
export function missingObjects({ count, read, lastPageFull }: ListingFacts): number {
  const missing = count - read;
  const tolerated = count > exactUpTo && !lastPageFull ? Math.floor(count / toleratedShare) : 0;
  return missing > tolerated ? missing : 0;
}
