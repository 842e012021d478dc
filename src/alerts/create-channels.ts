import type { AlertChannel, Clock, Mailer, OwnerDirectory } from '../jobs/ports/index.js';
import { emailChannel } from './channels/email/email-channel.js';
import { ownersChannel } from './channels/owners/owners-channel.js';
import { teamsChannel } from './channels/teams/teams-channel.js';
import { webhookChannel } from './channels/webhook/webhook-channel.js';
import type { ChannelValues } from './settings.js';

/** What channels use to reach Graph and to wait. */
export interface ChannelPorts {
  readonly clock: Clock;
  mailer(from: string): Mailer;
  owners(): OwnerDirectory;
}

/** The channels that the settings switch on, in the order in which they are served. */
export function createChannels({ teams, mail, owners, webhook }: ChannelValues, ports: ChannelPorts): AlertChannel[] {
  const created: AlertChannel[] = [];
  if (teams.url) created.push(teamsChannel(teams.url, ports.clock));
  if (mail.from) {
    const mailer = ports.mailer(mail.from);
    if (mail.to.length > 0) created.push(emailChannel(mailer, mail.to));
    if (owners.enabled) created.push(ownersChannel(mailer, ports.owners()));
  }
  const { url, secret } = webhook;
  if (url) created.push(webhookChannel({ url, ...(secret && { secret }) }, ports.clock));
  return created;
}
