import type { AlertChannel, Clock } from '../../../jobs/ports/index.js';
import type { Digest } from '../../../model/alerts/digest.js';
import { patientPost } from '../../patient-post.js';
import { deliveryError, probe } from '../../post.js';
import { cardBytes, teamsMessage } from './teams-card.js';

/** Below this size a card is not shortened further. */
const leastBytes = 900;

/** @param url of a Workflows webhook: a secret, because it lets its holder post, so it is never shown */
export function teamsChannel(url: string, clock: Clock): AlertChannel {
  return {
    name: 'teams',
    to: new URL(url).host,
    probe: (signal) => probe('Teams', url, signal),
    deliveries: async (digest) => [{ key: 'teams', send: (signal) => deliver(url, digest, clock, signal) }],
  };
}

/**
 * Posts the card. Only a post that was refused before it had an effect is repeated: after a pause where there are too
 * many requests, and with a shorter card where this one is too large.
 * Source: Microsoft Learn, webhooks of Teams (413, 429); 202 means that the flow has started.
 */
async function deliver(url: string, digest: Digest, clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  const send = patientPost({ name: 'Teams', url }, clock, { signal });
  for (let most = cardBytes; ; ) {
    const message = teamsMessage(digest, most);
    const { status } = await send(message);
    if (status >= 200 && status < 300) return;
    const bytes = Buffer.byteLength(message);
    // Half of the rejected card: half of the limit could give the same card again.
    most = Math.floor(Math.min(bytes, most) / 2);
    if (status !== 413 || bytes <= leastBytes) throw deliveryError('Teams', url, `it answered ${status}`);
  }
}
