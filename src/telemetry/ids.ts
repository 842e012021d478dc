import { createHash } from 'node:crypto';
import type { Scan } from '../model/scan/scan.js';

/** The ids of a scan's trace and of its root span. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * Derives both ids from the scan's row, so that a later job of the scan finds its trace. The trace id depends on the
 * scan's id. The span id also depends on the start, because a repeated scan has another root span.
 * Source: W3C Trace Context: 16 and 8 bytes, as lower-case hexadecimal digits.
 */
export function traceIdsOf({ tenantId, id, startedAt }: Pick<Scan, 'tenantId' | 'id' | 'startedAt'>): TraceIds {
  const digest = (...parts: string[]) => createHash('sha256').update(parts.join('\n')).digest('hex');
  return { traceId: digest(tenantId, id).slice(0, 32), spanId: digest(tenantId, id, startedAt).slice(0, 16) };
}
