import { subscribe } from 'node:diagnostics_channel';

/** The cost of one contender for one scan of a tenant. */
export interface Measurement {
  wallMilliseconds: number;
  /** Of all threads. Other work on the machine changes it less than the time. */
  cpuMilliseconds: number;
  peakRssMegabytes: number;
  graphRequests: number;
  /** The sum of the headers `x-ms-resource-unit`, those of the requests in a batch included. */
  resourceUnits: number;
  storageRequests: number;
  /** The number of findings, for the floor the number of objects. It exposes a contender that does nothing. */
  result: number;
  note?: string;
}

/** What a contender reports about its own work. */
export interface Outcome {
  readonly result: number;
  readonly note?: string;
  /** Where the headers of the answers do not show all of them. */
  readonly resourceUnits?: number;
}

interface UndiciAnswer {
  readonly response: { readonly headers: readonly Uint8Array[] };
}

/**
 * Measures a contender in this process. It counts requests where Node.js sends them: undici for Graph, node:http for
 * storage. The memory is the peak RSS that the operating system reports.
 */
export async function measure(work: () => Promise<Outcome>): Promise<Measurement> {
  const counted = { graph: 0, storage: 0, units: 0 };
  subscribe('undici:request:create', () => {
    counted.graph += 1;
  });
  subscribe('undici:request:headers', (message) => {
    counted.units += unitsIn((message as UndiciAnswer).response.headers);
  });
  subscribe('http.client.request.start', () => {
    counted.storage += 1;
  });
  const start = performance.now();
  const cpuBefore = process.cpuUsage();
  const { result, note, resourceUnits } = await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    wallMilliseconds: Math.round(performance.now() - start),
    cpuMilliseconds: Math.round((user + system) / 1000),
    peakRssMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    graphRequests: counted.graph,
    resourceUnits: resourceUnits ?? counted.units,
    storageRequests: counted.storage,
    result,
    ...(note && { note }),
  };
}

/** Names and values follow each other. */
function unitsIn(headers: readonly Uint8Array[]): number {
  const at = headers.findIndex((name, i) => i % 2 === 0 && String(name).toLowerCase() === 'x-ms-resource-unit');
  return at < 0 ? 0 : Number(String(headers[at + 1])) || 0;
}
