import type { AlertChannel, Clock, Mailer, OwnerDirectory } from '../jobs/ports/index.js';
import { emailChannel } from './channels/email/email-channel.js';
import { ownersChannel } from './channels/owners/owners-channel.js';
import { teamsChannel } from './channels/teams/teams-channel.js';
import { webhookChannel } from './channels/webhook/webhook-channel.js';
import type { AlertConfig } from './settings.js';

/** What the channels reach Graph and the time with. */
export interface ChannelPorts {
  readonly clock: Clock;
  mailer(from: string): Mailer;
  owners(): OwnerDirectory;
}

/** The channels that the settings name, in the order in which they are served. */
export function channelsOf({ teamsWebhookUrl, mail, webhook }: AlertConfig, ports: ChannelPorts): AlertChannel[] {
  const channels: AlertChannel[] = [];
  if (teamsWebhookUrl) channels.push(teamsChannel(teamsWebhookUrl, ports.clock));
  if (mail) {
    const mailer = ports.mailer(mail.from);
    if (mail.to.length > 0) channels.push(emailChannel(mailer, mail.to));
    if (mail.owners) channels.push(ownersChannel(mailer, ports.owners()));
  }
  if (webhook) channels.push(webhookChannel(webhook, ports.clock));
  return channels;
}
