import type { AlertChannel, Clock } from '../../../jobs/ports/index.js';
import type { Digest } from '../../../model/alerts/digest.js';
import { patientPost } from '../../patient-post.js';
import { deliveryError, probe } from '../../post.js';
import { slackMessage } from './slack-message.js';

/** Longer than every error code of Slack. */
const answerBytes = 64;

/** @param url of an incoming webhook: a secret, because it lets its holder post, so it is never shown */
export function slackChannel(url: string, clock: Pick<Clock, 'wait'>): AlertChannel {
  return {
    name: 'slack',
    to: new URL(url).host,
    probe: (signal) => probe('Slack', url, signal),
    deliveries: async (digest) => [{ key: 'slack', send: (signal) => deliver(url, digest, clock, signal) }],
  };
}

/**
 * Posts the message. Slack answers 200 with the text `ok`, 429 with Retry-After where there are too many messages (one
 * per second and channel), else a status with an error code as the text.
 * Source: Slack, "Sending messages using incoming webhooks"; "Rate limits".
 */
async function deliver(
  url: string,
  digest: Digest,
  clock: Pick<Clock, 'wait'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const send = patientPost({ name: 'Slack', url }, clock, { signal, answerBytes });
  const { status, text } = await send(slackMessage(digest));
  if (status === 200 && text === 'ok') return;
  // Anything else than a code may come from a proxy and is not shown.
  const code = /^[a-z_]{2,40}$/.test(text) ? ` with ${text}` : '';
  throw deliveryError('Slack', url, `it answered ${status}${code}`);
}
