import { ConsentinelError } from '../../model/errors.js';
import type { AlertChannel, Directory, Inspector } from '../ports/index.js';
import { type Check, checked, looked } from './check.js';

/** The mailbox that sends, and whoever sends from it. */
export interface Sender {
  /** An address. */
  readonly from: string;
  readonly user: Inspector['user'];
  readonly roles: Directory['roles'];
}

/** What of an installation tells people. */
export interface AlertParts {
  readonly channels: readonly AlertChannel[];
  /** Where mail is configured. */
  readonly sender?: Sender;
}

const proof = 'Run `consentinel test-alert`, which sends a marked sample.';

/** The channels, without telling anybody anything: a webhook's host is reached, the mailbox looked up. */
export async function examineAlerts({ channels, sender }: AlertParts): Promise<readonly Check[]> {
  if (channels.length === 0) {
    const fix = 'Set TEAMS_WEBHOOK_URL, ALERT_MAIL_FROM and ALERT_MAIL_TO, or ALERT_WEBHOOK_URL (docs/alerts.md).';
    return [checked('alerts', 'warning', 'No channel is configured: nobody is told what a scan finds.', fix)];
  }
  const checks = channels.map(({ name, to, reach }) =>
    looked(name, async () => {
      if (!reach) return [checked(name, 'ok', `Alerts go to ${to}.`)];
      await reach();
      return [checked(name, 'ok', `${to} answers; whether it takes alerts shows only when one is sent.`, proof)];
    }),
  );
  if (sender) checks.push(looked('sender', () => examineSender(sender)));
  return (await Promise.all(checks)).flat();
}

/**
 * The right to send is given in Exchange Online for one mailbox, and no token tells of it; the one that a token tells
 * of is for every mailbox. Source: Exchange Online, RBAC for Applications.
 */
async function examineSender(sender: Sender): Promise<Check[]> {
  const { from } = sender;
  const anybody = (await sender.roles())?.includes('Mail.Send');
  const right = anybody
    ? checked(
        'sender',
        'warning',
        'Mail.Send is granted in Entra: the reader identity may send as anybody.',
        `Allow it in Exchange Online for ${from} alone, and take Mail.Send away (docs/alerts.md).`,
      )
    : checked('sender', 'unknown', `Whether Exchange Online lets it send as ${from} shows only when it sends.`, proof);
  return [await mailbox(sender), right];
}

/** Graph sends by the address that it finds a user by. Source: Graph, user: sendMail. */
async function mailbox({ from, user }: Sender): Promise<Check> {
  try {
    if (await user(from)) return checked('sender', 'ok', `${from} exists.`);
    const fix = 'Set ALERT_MAIL_FROM to the primary address of a mailbox of this tenant.';
    return checked('sender', 'fails', `Graph knows no ${from}.`, fix);
  } catch (error) {
    // Nobody needs that permission in order to send.
    if (!(error instanceof ConsentinelError) || error.code !== 'permission-missing') throw error;
    return checked('sender', 'unknown', `Whether ${from} exists cannot be seen. ${error.message}`, error.remedy);
  }
}
