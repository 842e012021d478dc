import type { Scan } from './scan.js';

const prefix = 'sentinel-';

/** The id of a run of the sentinel. @param unique what tells it from other runs */
export function sentinelId(unique: string): string {
  return `${prefix}${unique}`;
}

/** Whether an id belongs to a run of the sentinel. No scan has such an id: a request for one is refused. */
export function isSentinelId(id: string): boolean {
  return id.startsWith(prefix);
}

/** Whether a stored row is a run of the sentinel, and no scan. */
export function isSentinelRun({ id }: Pick<Scan, 'id'>): boolean {
  return isSentinelId(id);
}
