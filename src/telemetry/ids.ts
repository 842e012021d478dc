import { createHash } from 'node:crypto';
import type { Scan } from '../model/scan/scan.js';

/** The names of a scan's trace and of its root span. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * Both follow from the scan's row, so that whoever works on the scan later finds its trace without being told: the trace
 * from the scan's id, the root span from its beginning too, since a scan that is run again has another root.
 * Source: W3C Trace Context: 16 and 8 bytes, as lower-case hexadecimal digits.
 */
export function traceIdsOf({ tenantId, id, startedAt }: Pick<Scan, 'tenantId' | 'id' | 'startedAt'>): TraceIds {
  const digest = (...parts: string[]) => createHash('sha256').update(parts.join('\n')).digest('hex');
  return { traceId: digest(tenantId, id).slice(0, 32), spanId: digest(tenantId, id, startedAt).slice(0, 16) };
}
