import { z } from 'zod';
import { missing } from '../../../settings/fault.js';
import { list } from '../../../settings/primitives.js';
import { setting } from '../../../settings/setting.js';
import type { ChannelDescriptor } from '../descriptor.js';
import { emailChannel } from './email-channel.js';

const address = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$/;

const settings = z.object({
  from: setting('ALERT_MAIL_FROM', {
    schema: z
      .string()
      .regex(address, 'Give the email address of the mailbox that sends, for example alerts@contoso.com.'),
    meaning: 'the mailbox that sends alerts through Graph `sendMail`',
  }),
  to: setting('ALERT_MAIL_TO', {
    schema: z
      .string()
      .transform(list)
      .refine(
        (to) => to.length > 0 && to.length <= 50 && to.every((recipient) => address.test(recipient)),
        'Give at most 50 email addresses, separated by commas.',
      ),
    default: [],
    meaning: 'the recipients of alerts, separated by commas',
  }),
});

export type MailSettings = z.output<typeof settings>;

/** The values of the channels that use the mailbox. */
interface Values {
  readonly mail: MailSettings;
  readonly owners: { readonly enabled: boolean };
}

/** One email to the recipients of the settings. The mailbox also serves the channel `owners`. */
export const mail: ChannelDescriptor<typeof settings, Values> = {
  label: 'the mail recipients',
  settings,
  required: ['ALERT_MAIL_FROM', 'ALERT_MAIL_TO'],
  faults: ({ mail: { from, to }, owners }) => {
    const recipients = to.length > 0 || owners.enabled;
    if (recipients === Boolean(from)) return [];
    return recipients
      ? [missing('ALERT_MAIL_FROM', 'Set the mailbox that sends email.')]
      : [missing('ALERT_MAIL_TO', 'Set the recipients, or set ALERT_MAIL_OWNERS=on.')];
  },
  create: ({ mail: { from, to } }, ports) =>
    from && to.length > 0 ? { ...emailChannel(ports.mailer(from), to), sender: ports.mailbox(from) } : undefined,
};
