import { ConsentinelError } from '../../model/errors.js';
import type { AlertChannel, SenderMailbox } from '../ports/index.js';
import { type Check, checked, examine } from './check.js';

/** The parts of an installation that send alerts. */
export interface AlertParts {
  readonly channels: readonly AlertChannel[];
  /** Names the settings that switch a channel on, as a part of a sentence. */
  readonly channelAlternatives: string;
}

const testAlertHint = 'Run `consentinel test-alert`. It sends a marked sample.';

/** Checks the channels and sends nothing: it connects to the host of a webhook, and reads the mailbox. */
export async function examineAlerts({ channels, channelAlternatives }: AlertParts): Promise<readonly Check[]> {
  if (channels.length === 0) {
    const fix = `Set ${channelAlternatives} (docs/alerts.md).`;
    return [checked('alerts', 'warning', 'No alert channel is configured.', fix)];
  }
  const checks = channels.map(({ name, to, probe: reach }) =>
    examine(name, async () => {
      if (!reach) return [checked(name, 'ok', `Alerts go to ${to}.`)];
      await reach();
      return [checked(name, 'ok', `${to} answers. Only a sent alert shows whether it accepts alerts.`, testAlertHint)];
    }),
  );
  // All channels that send email use one mailbox.
  const [sender] = channels.flatMap(({ sender: mailbox }) => mailbox ?? []);
  if (sender) checks.push(examine('sender', () => examineSender(sender)));
  return (await Promise.all(checks)).flat();
}

/**
 * Exchange Online grants the permission to send from one mailbox, and no token shows it. A role in the token is a
 * permission for every mailbox. Source: Exchange Online, RBAC for Applications.
 */
async function examineSender(sender: SenderMailbox): Promise<Check[]> {
  const { from } = sender;
  const everyMailbox = (await sender.roles())?.includes('Mail.Send');
  const permission = everyMailbox
    ? checked(
        'sender',
        'warning',
        'Mail.Send is granted in Entra: the reader identity can send from every mailbox.',
        `Limit the permission to ${from} in Exchange Online, and remove Mail.Send (docs/alerts.md).`,
      )
    : checked(
        'sender',
        'unknown',
        `Only a sent email shows whether Exchange Online permits ${from} as the sender.`,
        testAlertHint,
      );
  return [await mailbox(sender), permission];
}

/** Graph sends from the address that it finds a user by. Source: Graph, user: sendMail. */
async function mailbox({ from, user }: SenderMailbox): Promise<Check> {
  try {
    if (await user(from)) return checked('sender', 'ok', `${from} exists.`);
    const fix = 'Set ALERT_MAIL_FROM to the primary address of a mailbox of this tenant.';
    return checked('sender', 'fails', `Graph does not find ${from}.`, fix);
  } catch (error) {
    // Sending does not need the permission to read users.
    if (!(error instanceof ConsentinelError) || error.code !== 'permission-missing') throw error;
    return checked('sender', 'unknown', `Graph did not return whether ${from} exists. ${error.message}`, error.remedy);
  }
}
