import { createDefaultHttpClient, type HttpClient, type PipelineResponse, RestError } from '@azure/core-rest-pipeline';
import { DeadlineExceeded, withDeadline } from '../http/deadline.js';

/** Milliseconds for one token request. Four of them and the waits between them end within the timeout of a call to Graph. */
const defaultTimeout = 20_000;

/**
 * The HTTP client of credentials. It ends a request that has no complete response after the time limit, and treats a body
 * that is cut off as a broken connection. The pipeline of `@azure/identity` repeats both, at most three times with
 * exponential waits. Without this, a token endpoint that never answers keeps the process alive, and a truncated body fails
 * the scan.
 * @param timeout milliseconds for one request
 */
export function createTokenHttpClient(timeout = defaultTimeout): HttpClient {
  const client = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      const signal = request.abortSignal as AbortSignal | undefined;
      // A probe of the library has a shorter limit.
      const limit = request.timeout > 0 ? Math.min(request.timeout, timeout) : timeout;
      try {
        const response = await withDeadline(limit, signal, (abortSignal) =>
          client.sendRequest({ ...request, abortSignal }),
        );
        if (isTruncated(response))
          throw new RestError('The response is not complete.', { code: 'ECONNRESET', request });
        return response;
      } catch (error) {
        if (error instanceof DeadlineExceeded) throw new RestError(error.message, { code: 'ETIMEDOUT', request });
        // The client's code for a connection that drops inside the body, which its pipeline does not repeat.
        if (error instanceof RestError && error.code === 'PARSE_ERROR') error.code = 'ECONNRESET';
        throw error;
      }
    },
  };
}

/** Token endpoints answer a successful request with JSON. */
function isTruncated({ status, bodyAsText }: PipelineResponse): boolean {
  if (status !== 200 || !bodyAsText) return false;
  try {
    JSON.parse(bodyAsText);
    return false;
  } catch {
    return true;
  }
}
