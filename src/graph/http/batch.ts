import pLimit from 'p-limit';
import type { Clock } from '../../jobs/ports/index.js';
import { retryAfterMilliseconds } from '../../model/http/retry-after.js';
import { claimsChallengeIn } from './access-tokens.js';
import { type BatchItem, BatchQueue, itemHeader, maxBatchSize } from './batch-queue.js';
import { abortError } from './deadline.js';
import { errorBodyOf, maskedRequestId } from './error-body.js';
import { type CallFacts, malformed, refusal } from './errors.js';
import type { CallStats, GraphCall, Send } from './send.js';
import { isTransient, nextDelay, type RetryContext } from './throttle.js';

/** What sending batches with retries needs. */
export interface BatchContext {
  readonly send: Send;
  readonly stats: CallStats;
  readonly wait: Clock['wait'];
  readonly random: () => number;
  /** Milliseconds for all waits of one batch. */
  readonly budget: number;
  /** Called when Graph throttles one request of a batch: no other request may be sent before its Retry-After. */
  readonly throttled?: (path: string, retryAfter: number) => void;
  /** Batches that are shared with other reads. @default batches of its own */
  readonly queue?: BatchQueue;
}

/** The batches of one read that are under way at the same time: each counts as up to 20 requests. */
const concurrentBatches = 8;

/** The response of status 2xx to one path of a batch. */
export interface ObjectResponse {
  readonly body: unknown;
  /** For errors about the body. */
  readonly call: CallFacts;
}

/**
 * Reads many paths in batches of 20, some at the same time. Repeats only the items that were throttled or failed
 * temporarily, and once with a new token those that were answered 401.
 * Source: Graph, JSON batching (items fail individually inside a 200, in any order; SDKs do not retry them).
 * @param paths relative to the version, with encoded values
 * @returns by path: the response, or undefined for status 404
 * @throws GraphCallError for any other status, and for an item without a response
 */
export async function readMany(
  context: BatchContext,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, ObjectResponse | undefined>> {
  const found = new Map<string, ObjectResponse | undefined>();
  const distinct = [...new Set(paths)];
  const limit = pLimit(concurrentBatches);
  const batches: (readonly string[])[] = [];
  for (let at = 0; at < distinct.length; at += maxBatchSize) batches.push(distinct.slice(at, at + maxBatchSize));
  try {
    await limit.map(batches, (batch) => readBatch(context, batch, found, signal));
  } finally {
    // After a failure, the batches that have not begun are not needed.
    limit.clearQueue();
  }
  return found;
}

async function readBatch(
  context: BatchContext,
  paths: readonly string[],
  found: Map<string, ObjectResponse | undefined>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { queue = new BatchQueue(context.send, context.stats) } = context;
  let pending = paths;
  let elapsed = 0;
  let newToken: GraphCall['newToken'];
  let mayRenewToken = true;
  for (let attempts = 1; ; attempts++) {
    const items = await Promise.all(pending.map((path) => queue.request({ path, newToken, signal })));
    const failed: FailedItem[] = [];
    for (const [at, path] of pending.entries())
      recordItem(path, items[at] as BatchItem | undefined, { attempts, mayRenewToken }, found, failed);
    if (failed.length === 0) return;
    const rejected = failed.find(({ item }) => item.status === 401);
    newToken = rejected && { claims: claimsChallengeIn(itemHeader(rejected.item, 'www-authenticate')) };
    mayRenewToken &&= !rejected;
    const { budget, random } = context;
    for (const { path, item } of failed) noteThrottling(context, path, item);
    const delay = longestDelay(failed, { attempt: attempts, elapsed, budget, random });
    if (delay > 0) await waitOrAbort(context, delay, signal);
    elapsed += delay;
    context.stats.retries++;
    pending = failed.map(({ path }) => path);
  }
}

/** An item that failed temporarily. */
interface FailedItem {
  path: string;
  item: BatchItem;
  call: CallFacts & { status: number };
}

/** Adds one item to `found`, or to `failed` for a retry. */
function recordItem(
  path: string,
  item: BatchItem | undefined,
  { attempts, mayRenewToken }: { readonly attempts: number; readonly mayRenewToken: boolean },
  found: Map<string, ObjectResponse | undefined>,
  failed: FailedItem[],
): void {
  const facts = { method: 'GET', path: path.replace(/\?.*/s, ''), attempts };
  if (!item) throw malformed({ ...facts, path: `${facts.path} in $batch` }, 'a batch without it');
  if (item.status === 404) found.set(path, undefined);
  else if (item.status >= 200 && item.status < 300) {
    found.set(path, {
      body: item.body,
      call: { ...facts, status: item.status, requestId: maskedRequestId(itemHeader(item, 'request-id')) },
    });
  } else {
    const graphError = errorBodyOf(item.body);
    const requestId = graphError.requestId ?? maskedRequestId(itemHeader(item, 'request-id'));
    const call = { ...facts, status: item.status, graphCode: graphError.code, requestId };
    if (!isTransient(item.status, true) && !(item.status === 401 && mayRenewToken))
      throw refusal(call, graphError.message);
    failed.push({ path, item, call });
  }
}

function noteThrottling(context: BatchContext, path: string, item: BatchItem): void {
  const retryAfter = item.status === 429 ? retryAfterMilliseconds(itemHeader(item, 'retry-after')) : undefined;
  if (retryAfter) context.throttled?.(path, retryAfter);
}

/**
 * The longest wait that an item needs: after a shorter one Graph throttles that item again. An item that needs a new token
 * waits for nothing.
 */
function longestDelay(
  failed: readonly FailedItem[],
  state: Pick<RetryContext, 'attempt' | 'elapsed' | 'budget' | 'random'>,
): number {
  const delays = failed.map(({ item, call }) => {
    if (item.status === 401) return 0;
    const retryAfter = retryAfterMilliseconds(itemHeader(item, 'retry-after'));
    const delay = nextDelay({ ...state, failure: item.status, read: true, retryAfter });
    if (delay === undefined)
      throw refusal(call, errorBodyOf(item.body).message, 'The deadline left no time for a retry.');
    return delay;
  });
  return Math.max(...delays);
}

async function waitOrAbort(context: BatchContext, delay: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await context.wait(delay, signal);
  } catch (error) {
    throw signal?.aborted ? abortError(signal) : error;
  }
}
