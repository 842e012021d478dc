import { z } from 'zod';
import { onOff } from '../../../settings/primitives.js';
import { setting } from '../../../settings/setting.js';
import type { ChannelDescriptor } from '../descriptor.js';
import type { MailSettings } from '../email/descriptor.js';
import { ownersChannel } from './owners-channel.js';

const settings = z.object({
  enabled: setting('ALERT_MAIL_OWNERS', {
    schema: onOff,
    default: false,
    meaning: '`on` also sends email to the owners of apps with findings, each about their own apps',
  }),
});

/** The values of this channel and of the channel whose mailbox sends. */
interface Values {
  readonly owners: z.output<typeof settings>;
  readonly mail: MailSettings;
}

/** An email to each owner, from the mailbox of the channel `mail`. */
export const owners: ChannelDescriptor<typeof settings, Values> = {
  label: 'the owners',
  settings,
  // The channel `mail` reports a mailbox that is missing.
  faults: () => [],
  create: ({ owners: { enabled }, mail: { from } }, ports) =>
    enabled && from ? { ...ownersChannel(ports.mailer(from), ports.owners()), sender: ports.mailbox(from) } : undefined,
};
