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
    private readonly abort: AbortSignal,
  ) {
    this.signal = AbortSignal.any([limit, abort]);
    // Every call in progress listens to it: more than ten listeners are not a leak.
    setMaxListeners(0, this.signal);
  }

  /** Whether the scan must ask Graph for nothing more, but may write. */
  get hasPassed(): boolean {
    return this.limit.aborted && !this.abort.aborted;
  }

  /** Whether an error is the consequence of the deadline. */
  caused(error: unknown): error is ConsentinelError {
    return this.hasPassed && error instanceof ConsentinelError && (error.code === code || error.code === 'aborted');
  }
}

/**
 * Runs the work of a scan under a deadline.
 * @param minutes the setting SCAN_DEADLINE_MINUTES; undefined for no deadline
 * @throws what `work` throws
 */
export async function underDeadline<T>(
  minutes: number | undefined,
  clock: Pick<Clock, 'wait'>,
  abort: AbortSignal,
  work: (deadline: Deadline) => Promise<T>,
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
    return await work(new Deadline(limit.signal, abort));
  } finally {
    done.abort();
    await timer;
  }
}

function deadlineError(minutes: number): ConsentinelError {
  return new ConsentinelError(
    code,
    `The scan was not finished after ${minutes} minutes, its deadline (SCAN_DEADLINE_MINUTES), and stopped reading Microsoft Graph.`,
    'Set SCAN_DEADLINE_MINUTES higher, or look in the log for why Graph was slow.',
  );
}
