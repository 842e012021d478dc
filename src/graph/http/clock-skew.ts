import { ConsentinelError } from '../../model/errors.js';
import type { GraphLocation } from './client.js';

/**
 * The difference between this machine's clock and Graph's clock, from the `Date` header of a request without a token.
 * @param now the local time in milliseconds since 1970, read after the response
 * @returns milliseconds, positive when the local clock is ahead; the header has a resolution of one second
 * @throws ConsentinelError `graph-unavailable`
 */
export async function clockSkew({ endpoint }: GraphLocation, now: () => number): Promise<number> {
  try {
    const response = await fetch(`${endpoint}/v1.0/`, {
      method: 'GET',
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
    });
    await response.body?.cancel();
    const date = Date.parse(response.headers.get('date') ?? '');
    if (Number.isFinite(date)) return now() - date;
  } catch {
    // The message below is enough for every network error.
  }
  throw new ConsentinelError(
    'graph-unavailable',
    `${endpoint} returned no answer with a date.`,
    'Check the network and the proxy.',
  );
}
