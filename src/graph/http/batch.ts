import { z } from 'zod';
import type { Clock } from '../../jobs/ports/index.js';
import { retryAfterMilliseconds } from '../../model/http/retry-after.js';
import { abortion } from './deadline.js';
import { errorBodyOf } from './error-body.js';
import { type CallFacts, callFacts, malformed, refusal } from './errors.js';
import type { CallStats, Send } from './send.js';
import { isTransient, nextDelay, resourceUnitsIn } from './throttle.js';

/** What batches need to be sent with patience. */
export interface Batching {
  readonly send: Send;
  readonly stats: CallStats;
  readonly wait: Clock['wait'];
  readonly random: () => number;
  /** Milliseconds for all waits of one batch. */
  readonly budget: number;
}

/** Source: Graph, JSON batching: at most 20 requests. */
const batchSize = 20;

const headers = z.record(z.string(), z.unknown()).nullish();
const schema = z.looseObject({
  responses: z.array(z.looseObject({ id: z.string(), status: z.int(), headers, body: z.unknown() })),
});
type Item = z.infer<typeof schema>['responses'][number];

/** One object that is there. */
export interface Found {
  readonly body: unknown;
  /** For errors about what the body holds. */
  readonly call: CallFacts;
}

/**
 * Reads many paths in batches of 20. Items that were throttled or failed on the way are asked again, and only they.
 * Source: Graph, JSON batching (items fail singly inside a 200, in any order; SDKs do not retry them).
 * @param paths relative to the version, with values encoded
 * @returns by path: what was found, or undefined where Graph answers 404
 * @throws GraphCallError for any other status, and for an item that was not answered
 */
export async function readMany(
  batching: Batching,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, Found | undefined>> {
  const found = new Map<string, Found | undefined>();
  const distinct = [...new Set(paths)];
  for (let at = 0; at < distinct.length; at += batchSize) {
    await readBatch(batching, distinct.slice(at, at + batchSize), found, signal);
  }
  return found;
}

async function readBatch(
  batching: Batching,
  paths: readonly string[],
  found: Map<string, Found | undefined>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let pending = paths;
  let elapsed = 0;
  for (let attempts = 1; ; attempts++) {
    const items = await sendBatch(batching.send, pending, signal);
    // Graph counts each request of a batch on its own. Source: Graph, throttling and batching.
    for (const item of items.values())
      batching.stats.resourceUnits += resourceUnitsIn(header(item, 'x-ms-resource-unit'));
    const again: Failed[] = [];
    for (const [at, path] of pending.entries()) settle(path, items.get(String(at)), attempts, found, again);
    if (again.length === 0) return;
    const delay = longest(again, { attempt: attempts, elapsed, budget: batching.budget, random: batching.random });
    await pause(batching, delay, signal);
    elapsed += delay;
    batching.stats.retries++;
    pending = again.map((failed) => failed.path);
  }
}

interface Failed {
  path: string;
  item: Item;
  facts: CallFacts & { status: number };
}

async function sendBatch(
  send: Send,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, Item>> {
  const requests = paths.map((path, at) => ({ id: String(at), method: 'GET', url: path }));
  const answer = await send({ method: 'POST', path: '/$batch', body: { requests }, signal });
  const parsed = schema.safeParse(answer.body);
  if (!parsed.success)
    throw malformed(callFacts('POST', '/$batch', answer), 'a batch whose `responses` are not as documented');
  return new Map(parsed.data.responses.map((item) => [item.id, item]));
}

/** Files one answer under what was found or what is to be asked again. */
function settle(
  path: string,
  item: Item | undefined,
  attempts: number,
  found: Map<string, Found | undefined>,
  again: Failed[],
): void {
  const facts = { method: 'GET', path: path.replace(/\?.*/s, ''), attempts };
  if (!item) throw malformed({ ...facts, path: `${facts.path} in $batch` }, 'a batch that leaves it out');
  if (item.status === 404) found.set(path, undefined);
  else if (item.status >= 200 && item.status < 300) {
    found.set(path, {
      body: item.body,
      call: { ...facts, status: item.status, requestId: header(item, 'request-id') },
    });
  } else {
    const said = errorBodyOf(item.body);
    const requestId = said.requestId ?? header(item, 'request-id');
    const failed = { path, item, facts: { ...facts, status: item.status, graphCode: said.code, requestId } };
    if (!isTransient(item.status, true)) throw refusal(failed.facts, said.message);
    again.push(failed);
  }
}

/** The longest wait that an item asks for: a shorter one would be answered 429 again. */
function longest(
  again: readonly Failed[],
  so: { attempt: number; elapsed: number; budget: number; random: () => number },
): number {
  const delays = again.map(({ item, facts }) => {
    const retryAfter = retryAfterMilliseconds(header(item, 'retry-after'));
    const delay = nextDelay({ ...so, failure: item.status, read: true, retryAfter });
    if (delay === undefined) throw refusal(facts, errorBodyOf(item.body).message, 'No time was left to ask again.');
    return delay;
  });
  return Math.max(...delays);
}

async function pause(batching: Batching, delay: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await batching.wait(delay, signal);
  } catch (error) {
    throw signal?.aborted ? abortion(signal) : error;
  }
}

function header(item: Item, name: string): string | undefined {
  const entry = Object.entries(item.headers ?? {}).find(([key]) => key.toLowerCase() === name);
  return entry === undefined ? undefined : String(entry[1]);
}
