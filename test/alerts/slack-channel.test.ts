import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { slackChannel } from '../../src/alerts/channels/slack/slack-channel.js';
import { readConfig } from '../../src/config.js';
import { aSlackSink, type WebhookSink } from '../support/webhook-sink.js';
import { appeared, digestOf } from './examples.js';

const secret = 'PLANTEDSECRET';
const address = (host: string, path = `/services/T0AAAAAAA/B0BBBBBBB/${secret}`) => `https://${host}${path}`;

describe('SLACK_WEBHOOK_URL', () => {
  it.each([address('hooks.slack.com'), address('hooks.slack-gov.com')])('accepts %s', (SLACK_WEBHOOK_URL) => {
    expect(readConfig({ SLACK_WEBHOOK_URL }).alerts.channels.slack.url).toBe(SLACK_WEBHOOK_URL);
  });

  it.each([
    address('hooks.slack.com').replace('https', 'http'),
    address('hooks.slack.com.example.com'),
    address('evilhooks.slack.com'),
    address('slack.com'),
    address('hooks.slack.com:8443'),
    address('user:word@hooks.slack.com'),
    address('hooks.slack.com', `/workflows/T0/A0/1/${secret}`),
    address('hooks.slack.com', `/triggers/T0/1/${secret}`),
    `${address('hooks.slack.com')}?to=${secret}`,
    `${address('hooks.slack.com')}/more`,
    `http://127.0.0.1:4020/services/T0/B0/${secret}`,
    secret,
  ])('refuses %s without showing it', (SLACK_WEBHOOK_URL) => {
    let message = '';
    try {
      readConfig({ SLACK_WEBHOOK_URL });
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain('SLACK_WEBHOOK_URL = (a secret, not shown)');
    expect(message).toContain('https');
    expect(message).not.toContain(secret);
  });
});

describe('a delivery', () => {
  let sink: WebhookSink;
  let waits: number[];
  beforeEach(async () => {
    sink = await aSlackSink();
    waits = [];
  });
  afterEach(() => sink.close());

  const send = async () => {
    const digest = digestOf([appeared('Payroll Sync')]);
    if (!digest) throw new Error('There is nothing to report.');
    const clock = { wait: async (milliseconds: number) => void waits.push(milliseconds) };
    for (const delivery of await slackChannel(sink.url, clock).deliveries(digest)) await delivery.send();
  };
  const failure = async () => {
    const error = await send().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'alert-undelivered' });
    const { message } = error as Error;
    expect(message).toContain(`Slack (${new URL(sink.url).host}): it answered`);
    expect(message).not.toContain('PLANTED');
    return message.replace(/.*it answered /, '');
  };

  it('is one message that Slack accepts', async () => {
    await send();
    expect(sink.accepted()).toHaveLength(1);
    expect(sink.received[0]?.headers['content-type']).toBe('application/json');
    expect(waits).toEqual([]);
  });

  it('waits as long as Slack asks, up to a limit', async () => {
    sink.answerNext({ status: 429, headers: { 'retry-after': '7' } }, { status: 429, body: 'rate_limited' });
    await send();
    expect(waits).toEqual([7_000, 4_000]);
    expect(sink.accepted()).toHaveLength(1);
    sink.answerNext({ status: 429, headers: { 'retry-after': '61' }, body: 'rate_limited' });
    expect(await failure()).toMatch(/^429 with rate_limited\./);
    expect(waits).toHaveLength(2);
  });

  it.each([
    [404, 'no_service', /^404 with no_service\./],
    [403, 'invalid_token', /^403 with invalid_token\./],
    [302, '', /^302\./],
    [500, '<html>PLANTED</html>', /^500\./],
    [200, 'PLANTED page of a proxy', /^200\./],
    [200, '', /^200\./],
    [200, `ok${'x'.repeat(100_000)}`, /^200\./],
  ])('fails with the answer %d %.20s', async (status, body, expected) => {
    sink.answerNext({ status, body });
    expect(await failure()).toMatch(expected);
    expect(sink.received).toHaveLength(1);
  });

  it('is checked without a message', async () => {
    await slackChannel(sink.url, { wait: async () => {} }).probe?.();
    expect(sink.received.map(({ method, path, body }) => [method, path, body])).toEqual([['HEAD', '/', '']]);
  });
});
