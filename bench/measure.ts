import { subscribe } from 'node:diagnostics_channel';

/** The cost of one contender for one scan of a tenant. */
export interface Measurement {
  wallMilliseconds: number;
  peakRssMegabytes: number;
  graphRequests: number;
  storageRequests: number;
  /** The number of findings, for the floor the number of objects. It exposes a contender that does nothing. */
  result: number;
  note?: string;
}

/**
 * Measures a contender in this process. It counts requests where Node.js sends them: undici for Graph, node:http for
 * storage. The memory is the peak RSS that the operating system reports.
 */
export async function measure(work: () => Promise<{ result: number; note?: string }>): Promise<Measurement> {
  const counted = { graph: 0, storage: 0 };
  subscribe('undici:request:create', () => {
    counted.graph += 1;
  });
  subscribe('http.client.request.start', () => {
    counted.storage += 1;
  });
  const start = performance.now();
  const { result, note } = await work();
  return {
    wallMilliseconds: Math.round(performance.now() - start),
    peakRssMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    graphRequests: counted.graph,
    storageRequests: counted.storage,
    result,
    ...(note && { note }),
  };
}
