import type { DirectoryStats } from '../ports/index.js';

/** What was requested between two readings: the directory counts all requests of the process. */
export function statsSince(before: DirectoryStats, now: DirectoryStats): DirectoryStats {
  return {
    pages: now.pages - before.pages,
    requests: now.requests - before.requests,
    retries: now.retries - before.retries,
    resourceUnits: now.resourceUnits - before.resourceUnits,
  };
}
