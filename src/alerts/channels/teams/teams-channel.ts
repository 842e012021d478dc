import type { AlertChannel, Clock } from '../../../jobs/ports/index.js';
import type { Digest } from '../../../model/alerts/digest.js';
import { post, reach, undelivered } from '../../post.js';
import { cardBytes, teamsMessage } from './teams-card.js';

/** Milliseconds for all waits of one delivery: longer throttling is for the queue to outlast. */
const patience = 60_000;
const firstDelay = 2_000;

/** @param url of a Workflows webhook; whoever has it can post, so it is never shown */
export function teamsChannel(url: string, clock: Clock): AlertChannel {
  return {
    name: 'teams',
    to: new URL(url).host,
    reach: (signal) => reach('Teams', url, signal),
    deliveries: async (digest) => [{ key: 'teams', send: (signal) => deliver(url, digest, clock, signal) }],
  };
}

/**
 * Posts the card. Only what the other side refused before it did anything is sent again: too many requests after the
 * wait that it asks for, and a shorter card where this one is too large.
 * Source: Microsoft Learn, webhooks of Teams (413, 429); 202 says that the flow has begun.
 */
async function deliver(url: string, digest: Digest, clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  let most = cardBytes;
  let waited = 0;
  for (let attempt = 1; ; attempt++) {
    const { status, retryAfter } = await post('Teams', url, teamsMessage(digest, most), {}, signal);
    if (status >= 200 && status < 300) return;
    if (status === 413 && most > 2_000) {
      most = Math.floor(most / 2);
      continue;
    }
    const delay = retryAfter || firstDelay * 2 ** (attempt - 1);
    if (status !== 429 || waited + delay > patience) throw undelivered('Teams', url, `it answered ${status}`);
    await clock.wait(delay, signal);
    waited += delay;
  }
}
