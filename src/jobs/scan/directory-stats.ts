import type { DirectoryStats } from '../ports/index.js';

/** Nothing was requested. */
export const noStats: Readonly<DirectoryStats> = { pages: 0, requests: 0, retries: 0, resourceUnits: 0 };

/** What was requested between two readings: the directory counts all requests of the process. */
export function statsSince(before: DirectoryStats, now: DirectoryStats): DirectoryStats {
  return combined(now, before, (one, other) => one - other);
}

/** What two runs of a scan requested. */
export function totalStats(one: DirectoryStats, other: DirectoryStats): DirectoryStats {
  return combined(one, other, (first, second) => first + second);
}

function combined(
  one: DirectoryStats,
  other: DirectoryStats,
  combine: (one: number, other: number) => number,
): DirectoryStats {
  return {
    pages: combine(one.pages, other.pages),
    requests: combine(one.requests, other.requests),
    retries: combine(one.retries, other.retries),
    resourceUnits: combine(one.resourceUnits, other.resourceUnits),
  };
}
