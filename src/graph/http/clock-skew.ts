import { ConsentinelError } from '../../model/errors.js';
import type { GraphLocation } from './client.js';

/**
 * How far this machine's clock is from Graph's, by the Date header of an answer that needs no token.
 * @param now milliseconds since the epoch, read when the answer is there
 * @returns milliseconds; whole seconds are all that HTTP tells
 */
export async function clockSkew({ endpoint }: GraphLocation, now: () => number): Promise<number> {
  try {
    const answer = await fetch(`${endpoint}/v1.0/`, {
      method: 'GET',
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
    });
    await answer.body?.cancel();
    const date = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isFinite(date)) return now() - date;
  } catch {
    // Whatever the network did: the message below is all there is to say.
  }
  throw new ConsentinelError(
    'graph-unavailable',
    `${endpoint} gave no answer with a date.`,
    'Check the network and the proxy.',
  );
}
