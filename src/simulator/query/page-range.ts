import type { PageFault } from '../faults/fault.js';

/** The positions on one page of a list, and where the next page begins. */
export interface PageRange {
  readonly from: number;
  /** The position after the last one. */
  readonly to: number;
  /** Undefined for no next link. */
  readonly next: number | undefined;
}

/** The page of a list whose positions count from 0, after a fault. A list without object identity repeats no object. */
export function pageRange(
  { start, top, count }: { start: number; top: number; count: number },
  fault: PageFault | undefined,
): PageRange {
  const to = Math.min(start + top, count);
  const next = to < count ? to : undefined;
  switch (fault?.kind) {
    case 'no-next-link':
      return { from: start, to, next: undefined };
    case 'empty-page':
      return { from: start, to: start, next: start };
    case 'empty-page-skip':
      return { from: start, to: start, next };
    case 'skip-page':
      return { from: start, to, next: to + top < count ? to + top : undefined };
    case 'loop':
      return { from: start, to, next: 0 };
    default:
      return { from: start, to, next };
  }
}
