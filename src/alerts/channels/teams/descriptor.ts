import { z } from 'zod';
import { isHttps, isLoopback } from '../../../settings/primitives.js';
import { setting } from '../../../settings/setting.js';
import type { ChannelDescriptor } from '../descriptor.js';
import { loopbackFaults } from '../loopback-fault.js';
import { teamsChannel } from './teams-channel.js';

/**
 * Hosts of "When a Teams webhook request is received", in the public cloud and in those of governments, and of API
 * Management in front of one. Source: Microsoft Learn, Workflows webhooks; Power Platform API, base addresses by cloud.
 */
const teamsHosts =
  /(^|\.)(logic\.azure\.(com|us|cn)|api\.powerplatform\.com|api\.(gov|high)\.powerplatform\.microsoft\.us|azure-api\.net)$/;

const settings = z.object({
  url: setting('TEAMS_WEBHOOK_URL', {
    schema: z
      .string()
      .refine(
        (value) => isLoopback(value) || (isHttps(value) && teamsHosts.test(new URL(value).hostname)),
        'Give the address that Workflows shows for "When a Teams webhook request is received": https on *.logic.azure.com or *.api.powerplatform.com.',
      ),
    secret: true,
    meaning:
      'address of a Teams Workflows webhook ([alerts.md](alerts.md)): https on `*.logic.azure.com` or `*.api.powerplatform.com`. A secret',
  }),
});

export const teams: ChannelDescriptor<typeof settings, { readonly teams: z.output<typeof settings> }> = {
  label: 'Teams',
  settings,
  required: ['TEAMS_WEBHOOK_URL'],
  faults: ({ teams: { url } }, simulated) => loopbackFaults('TEAMS_WEBHOOK_URL', url, simulated),
  create: ({ teams: { url } }, { clock }) => (url ? teamsChannel(url, clock) : undefined),
};
