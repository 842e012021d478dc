import { describe, expect, it } from '@jest/globals';
import { channels } from '../../src/alerts/channels/index.js';
import { channelAlternatives, channelLabels, createChannels } from '../../src/alerts/create-channels.js';
import { readConfig, settings } from '../../src/config.js';

const mail = { ALERT_MAIL_FROM: 'alerts@contoso.com', ALERT_MAIL_TO: 'team@contoso.com', ALERT_MAIL_OWNERS: 'on' };
const webhooks = {
  TEAMS_WEBHOOK_URL: 'https://prod-1.logic.azure.com/workflows/1?sig=PLANTED',
  ALERT_WEBHOOK_URL: 'https://siem.contoso.com/PLANTED',
};
const ports = {
  credential: () => ({ getToken: async () => null }),
  clock: { now: () => '', wait: async () => {} },
  mailer: () => ({ send: async () => {} }),
  mailbox: (from: string) => ({ from, user: async () => undefined, roles: async () => undefined }),
  owners: () => ({ ownersOf: async () => new Map() }),
};
const create = (environment: Record<string, string>) =>
  createChannels(readConfig(environment).alerts.channels, ports as Parameters<typeof createChannels>[1]);

describe('the channels', () => {
  it('keep the names that stored scans hold, in the order in which they are served', () => {
    expect(Object.keys(channels)).toEqual(expect.arrayContaining(['teams', 'mail', 'owners', 'webhook']));
    const created = create({ ...mail, ...webhooks });
    expect(created.map(({ name, to }) => [name, to])).toEqual([
      ['teams', 'prod-1.logic.azure.com'],
      ['mail', 'team@contoso.com'],
      ['owners', 'the owners of the affected apps'],
      ['webhook', 'siem.contoso.com'],
    ]);
  });

  it('are off without settings', () => {
    expect(create({})).toEqual([]);
  });

  it.each(Object.entries(channels))(
    '%s has its settings below its name, and what switches it on is one of them',
    (name, { label, required = [] }) => {
      // Outboxes have other keys with a colon: one for each owner.
      expect(name).toMatch(/^[a-z]+$/);
      const own = settings.filter(({ place }) => place.join('.').startsWith(`alerts.channels.${name}.`));
      expect(own.length).toBeGreaterThan(0);
      expect(own.map((setting) => setting.name)).toEqual(expect.arrayContaining([...required]));
      expect(channelLabels[name]).toBe(label);
    },
  );

  it('that send email share one mailbox', () => {
    const senders = create(mail).map(({ sender }) => sender?.from);
    expect(senders).toEqual(['alerts@contoso.com', 'alerts@contoso.com']);
  });

  it('are offered as alternatives', () => {
    const text = channelAlternatives('with');
    expect(text).toMatch(/^TEAMS_WEBHOOK_URL, (\w+, )*ALERT_MAIL_FROM with ALERT_MAIL_TO, or ALERT_WEBHOOK_URL$/);
    for (const { required = [] } of Object.values(channels)) expect(text).toContain(required.join(' with '));
  });
});
