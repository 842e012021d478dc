import { z } from 'zod';
import { onOff } from '../../../settings/primitives.js';
import { setting } from '../../../settings/setting.js';
import type { ChannelSettings } from '../channel-settings.js';
import type { MailSettings } from '../email/settings.js';

const settings = z.object({
  enabled: setting('ALERT_MAIL_OWNERS', {
    schema: onOff,
    default: false,
    meaning: '`on` also tells the owners of what was found, each about their own apps',
  }),
});

/** The values of this channel and of the channel whose mailbox sends. */
interface Values {
  readonly owners: z.output<typeof settings>;
  readonly mail: MailSettings;
}

/** An email to each owner, from the mailbox of the channel `mail`. */
export const owners: ChannelSettings<typeof settings, Values> = {
  settings,
  // The channel `mail` reports a mailbox that is missing.
  faults: () => [],
};
