import { z } from 'zod';
import { isHttps, isLoopback } from '../../../settings/primitives.js';
import { setting } from '../../../settings/setting.js';
import type { ChannelDescriptor } from '../descriptor.js';
import { loopbackFaults } from '../loopback-fault.js';
import { slackChannel } from './slack-channel.js';

/** Of Slack and of GovSlack. Source: Slack, "Sending messages using incoming webhooks"; "GovSlack". */
const slackHosts = ['hooks.slack.com', 'hooks.slack-gov.com'];

const settings = z.object({
  url: setting('SLACK_WEBHOOK_URL', {
    schema: z
      .string()
      .refine(
        (value) => (isLoopback(value) && value.length <= 2000) || isIncomingWebhook(value),
        'Give the address of an incoming webhook: https://hooks.slack.com/services/… or https://hooks.slack-gov.com/services/….',
      ),
    secret: true,
    meaning:
      'address of a Slack incoming webhook ([slack.md](slack.md)): https on `hooks.slack.com` or `hooks.slack-gov.com`. A secret',
  }),
});

export const slack: ChannelDescriptor<typeof settings, { readonly slack: z.output<typeof settings> }> = {
  label: 'Slack',
  settings,
  required: ['SLACK_WEBHOOK_URL'],
  faults: ({ slack: { url } }, simulated) => loopbackFaults('SLACK_WEBHOOK_URL', url, simulated),
  create: ({ slack: { url } }, { clock }) => (url ? slackChannel(url, clock) : undefined),
};

/** Other webhooks of Slack, for example of Workflow Builder, take other messages. */
function isIncomingWebhook(value: string): boolean {
  if (!isHttps(value)) return false;
  const { host, pathname, search, hash } = new URL(value);
  return slackHosts.includes(host) && /^\/services(\/[A-Za-z0-9]+){3}$/.test(pathname) && search + hash === '';
}
