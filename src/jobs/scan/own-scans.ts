import type { Scan } from '../../model/scan/scan.js';

/** More scans than one process runs in a day. */
const remembered = 200;

/**
 * The scans that this process has run to their end. It is memory of the process only, so that no writer of the tables or
 * queues can change it.
 */
export class OwnScans {
  readonly #ids = new Set<string>();
  readonly #lastEnd = new Map<string, string>();

  add({ tenantId, id, finishedAt, startedAt }: Scan): void {
    this.#ids.add(keyOf(tenantId, id));
    const [oldest] = this.#ids;
    if (this.#ids.size > remembered && oldest !== undefined) this.#ids.delete(oldest);
    this.#lastEnd.set(tenantId, finishedAt ?? startedAt);
  }

  has(tenantId: string, id: string): boolean {
    return this.#ids.has(keyOf(tenantId, id));
  }

  /** When the last of them ended, ISO 8601 UTC; undefined if there is none. */
  lastEnd(tenantId: string): string | undefined {
    return this.#lastEnd.get(tenantId);
  }
}

function keyOf(tenantId: string, id: string): string {
  return `${tenantId}\n${id}`;
}
