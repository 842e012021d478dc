import { createHmac } from 'node:crypto';
import type { AlertChannel, Clock } from '../../../jobs/ports/index.js';
import { deliveryError, post, probe } from '../../post.js';
import { payloadOf } from './webhook-payload.js';

/** A webhook, and the secret that signs the alerts to it. */
export interface WebhookTarget {
  readonly url: string;
  readonly secret?: string;
}

/** Posts each alert as JSON, in one attempt; the queue repeats a failed one. */
export function webhookChannel({ url, secret }: WebhookTarget, clock: Pick<Clock, 'now'>): AlertChannel {
  return {
    name: 'webhook',
    to: new URL(url).host,
    probe: (signal) => probe('the webhook', url, signal),
    deliveries: async (digest) => {
      const payload = payloadOf(digest);
      const body = JSON.stringify(payload);
      const send = async (signal?: AbortSignal) => {
        const seconds = Math.floor(Date.parse(clock.now()) / 1000);
        const signed = secret ? { 'x-consentinel-signature': signature(body, secret, seconds) } : {};
        const headers = { 'x-consentinel-delivery': payload.deliveryId, ...signed };
        const { status } = await post({ name: 'the webhook', url }, body, { headers, signal });
        if (status < 200 || status >= 300) throw deliveryError('the webhook', url, `it answered ${status}`);
      };
      return [{ key: 'webhook', send }];
    },
  };
}

/**
 * The signature header: it proves the sender and the time of a body, so that a receiver can refuse a replay.
 * @param body exactly as it is sent
 * @param seconds since 1970
 */
export function signature(body: string, secret: string, seconds: number): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
