import { setMaxListeners } from 'node:events';
import { codeOf } from '../../model/errors.js';
import type { Clock, Lease } from '../ports/index.js';

/** Well within the lease's life, so that one lost renewal does not lose the lease. */
const heartbeatMilliseconds = 20_000;

/**
 * Renews a lease for as long as `work` runs, and aborts the work as soon as the lease is lost: from then on another
 * scan may be writing.
 */
export async function keepLease<T>(
  lease: Lease,
  clock: Clock,
  work: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const done = new AbortController();
  const lost = new AbortController();
  const either = AbortSignal.any(signal ? [lost.signal, signal] : [lost.signal]);
  // Every call under way listens to it; more than ten are no leak.
  setMaxListeners(0, either);
  const heart = beat(lease, clock, done.signal).catch((error: unknown) => lost.abort(error));
  try {
    return await work(either);
  } catch (error) {
    throw lost.signal.aborted ? lost.signal.reason : error;
  } finally {
    done.abort();
    await heart;
  }
}

async function beat(lease: Lease, clock: Clock, done: AbortSignal): Promise<void> {
  while (!done.aborted) {
    try {
      await clock.wait(heartbeatMilliseconds, done);
    } catch {
      return;
    }
    try {
      await lease.renew();
    } catch (error) {
      // Storage may be away for a moment: the lease outlives several beats, and every write is guarded by its etag.
      if (codeOf(error) === 'lease-lost') throw error;
    }
  }
}
