import { setMaxListeners } from 'node:events';
import { codeOf } from '../../model/errors.js';
import type { Clock, Lease } from '../ports/index.js';

/** Much shorter than the lease, so that one lost renewal does not lose the lease. */
const heartbeatMilliseconds = 20_000;

/**
 * Renews a lease while `work` runs, and aborts the work when the lease is lost: another scan may write from then on.
 * @returns what `work` returns
 * @throws ConsentinelError `lease-lost`, and what `work` throws
 */
export async function keepLease<T>(
  lease: Lease,
  clock: Clock,
  work: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const done = new AbortController();
  const lost = new AbortController();
  const stop = AbortSignal.any(signal ? [lost.signal, signal] : [lost.signal]);
  // Every call in progress listens to it: more than ten listeners are not a leak.
  setMaxListeners(0, stop);
  const heartbeat = renewUntil(lease, clock, done.signal).catch((error: unknown) => lost.abort(error));
  try {
    return await work(stop);
  } catch (error) {
    throw lost.signal.aborted ? lost.signal.reason : error;
  } finally {
    done.abort();
    await heartbeat;
  }
}

async function renewUntil(lease: Lease, clock: Clock, done: AbortSignal): Promise<void> {
  while (!done.aborted) {
    try {
      await clock.wait(heartbeatMilliseconds, done);
    } catch {
      return;
    }
    try {
      await lease.renew();
    } catch (error) {
      // Storage may fail for a short time: the lease outlasts several renewals, and an etag guards every write.
      if (codeOf(error) === 'lease-lost') throw error;
    }
  }
}
