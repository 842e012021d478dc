import { setMaxListeners } from 'node:events';
import { z } from 'zod';
import { abortError } from './deadline.js';
import { callFacts, malformed } from './errors.js';
import type { CallStats, GraphCall, Send } from './send.js';
import { resourceUnitsIn } from './throttle.js';

/** Source: Graph, JSON batching: at most 20 requests. */
export const maxBatchSize = 20;

const itemHeaders = z.record(z.string(), z.unknown()).nullish();
const schema = z.looseObject({
  responses: z.array(
    z.looseObject({ id: z.string(), status: z.int(), headers: itemHeaders, body: z.unknown().optional() }),
  ),
});

/** The response to one request of a batch, of any status. */
export type BatchItem = z.infer<typeof schema>['responses'][number];

/** One GET for a batch. */
export interface BatchRequest {
  /** Relative to the version, with encoded values. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** As in `GraphCall`. Its batch contains only requests that need the same new token. */
  readonly newToken?: GraphCall['newToken'];
  /** Nothing is sent if the batch would have no other request: the caller sends it on its own. */
  readonly mayBeAlone?: boolean;
}

/** What became of a request: its response, or nothing was sent, because its batch would have had no other request. */
export type BatchResult = BatchItem | 'alone' | undefined;

interface Waiting extends BatchRequest {
  readonly take: (result: BatchResult) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Sends the GETs that begin in the same turn of the event loop in common batches, whichever reads they belong to. Equal ones
 * are sent once. An aborted request rejects at once; its batch is aborted when all of its requests are.
 * Source: Graph, JSON batching (items fail individually inside a 200, in any order).
 */
export class BatchQueue {
  #waiting: Waiting[] = [];

  constructor(
    private readonly send: Send,
    private readonly stats: Pick<CallStats, 'resourceUnits'>,
  ) {}

  /**
   * @returns undefined if the batch was answered without the request
   * @throws GraphCallError for the batch; ConsentinelError `aborted`
   */
  request(request: BatchRequest): Promise<BatchResult> {
    const { signal } = request;
    return new Promise((resolve, reject) => {
      const abort = () => reject(abortError(signal as AbortSignal));
      if (signal?.aborted) return abort();
      // Each request under way listens to the signal of its scan.
      if (signal) setMaxListeners(0, signal);
      signal?.addEventListener('abort', abort, { once: true });
      const settle =
        <T>(end: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener('abort', abort);
          end(value);
        };
      if (this.#waiting.length === 0) setImmediate(() => this.#flush());
      this.#waiting.push({ ...request, take: settle(resolve), fail: settle(reject) });
    });
  }

  #flush(): void {
    const waiting = this.#waiting.splice(0).filter(({ signal }) => !signal?.aborted);
    for (const group of groups(waiting, ({ newToken }) => (newToken ? JSON.stringify(newToken) : ''))) {
      const distinct = groups(group, ({ path, headers }) => JSON.stringify([path, headers]));
      for (let at = 0; at < distinct.length; at += maxBatchSize)
        void this.#sendBatch(distinct.slice(at, at + maxBatchSize));
    }
  }

  /** @param requests equal ones together */
  async #sendBatch(requests: readonly Waiting[][]): Promise<void> {
    const all = requests.flat();
    if (requests.length === 1 && all.every(({ mayBeAlone }) => mayBeAlone)) {
      for (const { take } of all) take('alone');
      return;
    }
    const stop = stopAfter(all);
    try {
      const body = {
        requests: requests.map(([first], at) => ({
          id: String(at),
          method: 'GET',
          url: (first as Waiting).path,
          ...(first?.headers && { headers: first.headers }),
        })),
      };
      const newToken = all[0]?.newToken;
      const response = await this.send({ method: 'POST', path: '/$batch', body, newToken, signal: stop.signal });
      const parsed = schema.safeParse(response.body);
      if (!parsed.success)
        throw malformed(callFacts('POST', '/$batch', response), 'a batch with undocumented `responses`');
      const items = new Map(parsed.data.responses.map((item) => [item.id, item]));
      // Graph counts each request of a batch on its own. Source: Graph, throttling and batching.
      for (const item of items.values())
        this.stats.resourceUnits += resourceUnitsIn(itemHeader(item, 'x-ms-resource-unit'));
      for (const [at, equal] of requests.entries()) for (const { take } of equal) take(items.get(String(at)));
    } catch (error) {
      for (const { fail } of all) fail(error);
    } finally {
      stop.end();
    }
  }
}

/** A signal that aborts when those of all requests have. */
function stopAfter(requests: readonly BatchRequest[]): { readonly signal: AbortSignal | undefined; end(): void } {
  const signals = [...new Set(requests.map(({ signal }) => signal))];
  if (signals.length <= 1) return { signal: signals[0], end: () => {} };
  const controller = new AbortController();
  const abort = () => {
    if (signals.every((signal) => signal?.aborted)) controller.abort(signals[0]?.reason);
  };
  for (const signal of signals) signal?.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    end: () => {
      for (const signal of signals) signal?.removeEventListener('abort', abort);
    },
  };
}

/** A header of a response. Their names have any case. */
export function itemHeader({ headers }: BatchItem, name: string): string | undefined {
  const entry = Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name);
  return entry === undefined ? undefined : String(entry[1]);
}

function groups<T>(values: readonly T[], keyOf: (value: T) => string): T[][] {
  const byKey = new Map<string, T[]>();
  for (const value of values) byKey.set(keyOf(value), [...(byKey.get(keyOf(value)) ?? []), value]);
  return [...byKey.values()];
}
