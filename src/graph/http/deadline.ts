import { setTimeout as sleep } from 'node:timers/promises';
import { ConsentinelError } from '../../model/errors.js';

/** Thrown by `withDeadline` after its time limit. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
  constructor(readonly milliseconds: number) {
    super(`No answer within ${milliseconds} ms.`);
  }
}

/**
 * Runs `work` with a time limit. When the limit passes or the caller aborts, it aborts the signal of `work` and rejects
 * at once, also when `work` ignores the signal.
 * @param milliseconds the time limit
 * @throws DeadlineExceeded, or the reason of the caller's signal
 */
export async function withDeadline<T>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const abort = () => stop.abort(signal?.reason);
  const expire = () => stop.abort(new DeadlineExceeded(milliseconds));
  const limit = AbortSignal.timeout(Math.ceil(milliseconds));
  limit.addEventListener('abort', expire, { once: true });
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(stop.signal), rejection(stop.signal)]);
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    limit.removeEventListener('abort', expire);
    signal?.removeEventListener('abort', abort);
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/**
 * The error for an aborted signal.
 * @returns the reason of the signal if it is a ConsentinelError (for example a lost lease), else `aborted`
 */
export function abortError(signal: AbortSignal): ConsentinelError {
  if (signal.reason instanceof ConsentinelError) return signal.reason;
  return new ConsentinelError('aborted', 'The read of Microsoft Graph was stopped.');
}

/**
 * Waits between two attempts; rejects as soon as the signal aborts. Unlike the timer of the heartbeat, this timer keeps
 * the process alive: during a wait nothing else does.
 */
export async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, signal && { signal });
}
