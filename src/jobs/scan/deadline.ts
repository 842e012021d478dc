import { setMaxListeners } from 'node:events';
import { ConsentinelError, type ErrorCode } from '../../model/errors.js';
import type { Clock } from '../ports/index.js';

const code: ErrorCode = 'scan-deadline';

/** The time limit of a scan. It stops the requests to Graph, and nothing else: what was found is still written. */
export class Deadline {
  /** Aborts at the deadline, and when the scan itself is aborted: for requests to Graph. */
  readonly signal: AbortSignal;

  /**
   * @param limit aborts at the deadline
   * @param abort aborts the scan
   */
  constructor(
    private readonly limit: AbortSignal,
    private readonly abort: AbortSignal = new AbortController().signal,
  ) {
    this.signal = AbortSignal.any([limit, abort]);
    // Every call in progress listens to it: more than ten listeners are not a leak.
    setMaxListeners(0, this.signal);
  }

  /** Whether the scan must ask Graph for nothing more, but may write. */
  get hasPassed(): boolean {
    return this.limit.aborted && !this.abort.aborted;
  }

  /** Ends the scan if it was aborted. The deadline alone does not: what was found is still written. */
  throwIfAborted(): void {
    this.abort.throwIfAborted();
  }

  /** Whether an error is the consequence of the deadline. */
  caused(error: unknown): error is ConsentinelError {
    return this.hasPassed && error instanceof ConsentinelError && (error.code === code || error.code === 'aborted');
  }
}

/**
 * Runs the work of a scan under a deadline.
 * @param minutes the setting SCAN_DEADLINE_MINUTES; undefined for no deadline
 * @param work is given the signal that aborts at the deadline
 * @throws what `work` throws
 */
export async function underDeadline<T>(
  minutes: number | undefined,
  clock: Pick<Clock, 'wait'>,
  work: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  const [limit, done] = [new AbortController(), new AbortController()];
  const timer =
    minutes === undefined
      ? undefined
      : clock.wait(minutes * 60_000, done.signal).then(
          () => limit.abort(deadlineError(minutes)),
          () => {},
        );
  try {
    return await work(limit.signal);
  } finally {
    done.abort();
    await timer;
  }
}

function deadlineError(minutes: number): ConsentinelError {
  return new ConsentinelError(
    code,
    `The scan reached its deadline of ${minutes} minutes (SCAN_DEADLINE_MINUTES) and stopped reading Microsoft Graph.`,
    'Increase SCAN_DEADLINE_MINUTES, or check the log for slow answers of Graph.',
  );
}
