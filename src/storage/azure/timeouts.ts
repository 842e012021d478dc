import type { TableServiceClientOptions } from '@azure/data-tables';

/** How long a request to storage may take, in milliseconds. */
export interface StorageTimeouts {
  /** One attempt, from sending until the last byte of the answer. For queues: a call with all its attempts. */
  readonly attempt: number;
  /** A call to a table with all its attempts and the pauses between them. */
  readonly call: number;
}

/**
 * The service ends a query after 30 seconds by itself (source: Query timeout and pagination), so a longer wait is for
 * nothing. A call leaves time for one more attempt. Both are shorter than a lease, so that a heartbeat can fail once.
 */
export const defaultTimeouts: StorageTimeouts = { attempt: 30_000, call: 60_000 };

type Policy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number];

/** The policies that end calls to tables in time. An attempt that was not answered in time is repeated as a lost one is. */
export function timeoutPolicies(timeouts: StorageTimeouts): Policy[] {
  return [
    {
      position: 'perCall',
      policy: {
        name: 'consentinel-call-timeout',
        sendRequest(request, next) {
          request.abortSignal = AbortSignal.timeout(timeouts.call);
          return next(request);
        },
      },
    },
    {
      position: 'perRetry',
      policy: {
        name: 'consentinel-attempt-timeout',
        async sendRequest(request, next) {
          const call = request.abortSignal as AbortSignal;
          const attempt = AbortSignal.timeout(timeouts.attempt);
          request.abortSignal = AbortSignal.any([call, attempt]);
          try {
            return await next(request);
          } catch (error) {
            throw attempt.aborted && !call.aborted ? timedOut() : error;
          } finally {
            request.abortSignal = call;
          }
        },
      },
    },
  ];
}

/** An error that the SDK takes for one of the network, and retries. */
function timedOut(): Error {
  return Object.assign(new Error('No answer in time.'), { name: 'RestError', code: 'ETIMEDOUT' });
}
