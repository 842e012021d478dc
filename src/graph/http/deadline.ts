import { setTimeout as sleep } from 'node:timers/promises';
import { ConsentinelError } from '../../model/errors.js';

/** Thrown by `within` where the time was up. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
  constructor(readonly milliseconds: number) {
    super(`No answer within ${milliseconds} ms.`);
  }
}

/**
 * Runs a piece of work that obeys a signal, and stops it when its time is up or the caller aborts, even where it does
 * not listen.
 * @param milliseconds the time it may take
 * @throws TimedOut, or the reason of the caller's signal
 */
export async function withDeadline<T>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const abort = () => stop.abort(signal?.reason);
  const expire = () => stop.abort(new TimedOut(milliseconds));
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
 * The error that an aborted signal stands for.
 * @returns the signal's own reason where that already speaks to a person (a lost lease), else `aborted`
 */
export function abortion(signal: AbortSignal): ConsentinelError {
  if (signal.reason instanceof ConsentinelError) return signal.reason;
  return new ConsentinelError('aborted', 'Reading Microsoft Graph was stopped before it was done.');
}

/**
 * Waits between two attempts; rejects as soon as the signal aborts. Unlike the heartbeat's, this timer keeps the process
 * alive: nothing else does while a call backs off.
 */
export async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, signal && { signal });
}
