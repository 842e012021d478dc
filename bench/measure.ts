import { subscribe } from 'node:diagnostics_channel';

/** What one contender needed for one walk through a tenant. */
export interface Measurement {
  wallMilliseconds: number;
  peakRssMegabytes: number;
  graphRequests: number;
  storageRequests: number;
  /** Findings, or objects for the floor: a contender that did nothing would show here. */
  result: number;
  note?: string;
}

/**
 * Measures a contender in this process, from outside: requests are counted where Node sends them (undici for Graph,
 * node:http for storage), memory as the operating system saw it at its highest.
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
