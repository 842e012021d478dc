import { z } from 'zod';
import { missing } from '../../../settings/fault.js';
import { isHttps, isLoopback } from '../../../settings/primitives.js';
import { setting } from '../../../settings/setting.js';
import type { ChannelDescriptor } from '../descriptor.js';
import { loopbackFaults } from '../loopback-fault.js';
import { webhookChannel } from './webhook-channel.js';

const secretRemedy = 'Give at least 16 characters, for example of `openssl rand -hex 32`.';

const settings = z.object({
  url: setting('ALERT_WEBHOOK_URL', {
    schema: z
      .string()
      .refine((value) => isHttps(value) || (isLoopback(value) && value.length <= 2000), 'Give an absolute https URL.'),
    secret: true,
    meaning: 'a webhook that receives each alert as JSON; https. A secret',
  }),
  secret: setting('ALERT_WEBHOOK_SECRET', {
    schema: z.string().min(16, secretRemedy).max(500, secretRemedy),
    secret: true,
    meaning: 'signs the alerts to `ALERT_WEBHOOK_URL`; at least 16 characters',
  }),
});

export const webhook: ChannelDescriptor<typeof settings, { readonly webhook: z.output<typeof settings> }> = {
  label: 'the webhook',
  settings,
  required: ['ALERT_WEBHOOK_URL'],
  faults: ({ webhook: { url, secret } }, simulated) => [
    ...(secret && !url
      ? [missing('ALERT_WEBHOOK_URL', 'A secret signs the alerts to the webhook. Set the address of the webhook too.')]
      : []),
    ...loopbackFaults('ALERT_WEBHOOK_URL', url, simulated),
  ],
  create: ({ webhook: { url, secret } }, { clock }) =>
    url ? webhookChannel({ url, ...(secret && { secret }) }, clock) : undefined,
};
