import { retryAfterMilliseconds } from '../../model/http/retry-after.js';
import type { BatchContext } from './batch.js';
import { type BatchItem, type BatchQueue, itemHeader } from './batch-queue.js';
import { errorBodyOf, maskedRequestId } from './error-body.js';
import { GraphCallError, refusal } from './errors.js';
import type { GraphCall, GraphResponse, Send } from './send.js';
import { isTransient } from './throttle.js';

/** What `batchingSend` works with. */
interface Batching extends Pick<BatchContext, 'throttled'> {
  readonly queue: BatchQueue;
  /** Milliseconds until a request to a path may be sent. */
  pause(path: string): number;
}

/**
 * The same calls, those that are marked with `mayBatch` in common batches. A call that is throttled or fails temporarily
 * inside a batch, and one whose batch fails, is sent on its own with all its retries. A refusal is the error that the call
 * would get on its own.
 * @throws as `Send`
 */
export function batchingSend(send: Send, batching: Batching): Send {
  return async (call) => {
    if (!call.mayBatch || call.method !== 'GET' || batching.pause(call.path) > 0) return send(call);
    const item = await itemOf(call, batching);
    return (item && responseOf(call, item, batching)) ?? send(call);
  };
}

async function itemOf({ path, headers, signal }: GraphCall, { queue }: Batching): Promise<BatchItem | undefined> {
  try {
    const result = await queue.request({ path, headers, signal, mayBeAlone: true });
    return result === 'alone' ? undefined : result;
  } catch (error) {
    if (error instanceof GraphCallError) return undefined;
    throw error;
  }
}

/** @returns undefined if the call must be sent again. @throws GraphCallError */
function responseOf(call: GraphCall, item: BatchItem, { throttled }: Batching): GraphResponse | undefined {
  const { status, body } = item;
  const requestId = maskedRequestId(itemHeader(item, 'request-id'));
  if (status >= 200 && status < 300) return { status, body, requestId };
  if (status === 429) {
    const retryAfter = retryAfterMilliseconds(itemHeader(item, 'retry-after'));
    if (retryAfter) throttled?.(call.path, retryAfter);
  }
  if (status < 400 || status === 401 || isTransient(status, true)) return undefined;
  const graphError = errorBodyOf(body);
  const path = call.shownPath ?? call.path.replace(/\?.*/s, '');
  const facts = { method: call.method, path, attempts: 1, status, graphCode: graphError.code };
  throw refusal({ ...facts, requestId: requestId ?? graphError.requestId }, graphError.message);
}
