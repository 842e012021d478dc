import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { signature, webhookChannel } from '../../src/alerts/channels/webhook/webhook-channel.js';
import { payloadJsonSchema, payloadOf, payloadSchema } from '../../src/alerts/channels/webhook/webhook-payload.js';
import { sampleDigest } from '../../src/alerts/sample.js';
import { anOpenSink, type WebhookSink } from '../support/webhook-sink.js';
import { appeared, digestOf, hostileNames, night, plainRules, wellFormed } from './examples.js';

const published = JSON.parse(readFileSync('docs/schema/alert.schema.json', 'utf8'));
const secret = 'a secret of more than 16 characters';
const clock = { now: () => night.until };
const send = async (sink: WebhookSink, names: readonly string[]) => {
  const digest = digestOf(names.map((displayName, i) => appeared(`app ${i}`, { displayName })));
  if (!digest) throw new Error('There is nothing to tell.');
  for (const delivery of await webhookChannel({ url: sink.url, secret }, clock).deliveries(digest))
    await delivery.send();
  return digest;
};

let sink: WebhookSink | undefined;
afterEach(() => sink?.close());

describe('the payload', () => {
  it('has the published schema', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(payloadJsonSchema())));
  });

  it('is valid against the schema, with unchanged names', async () => {
    sink = await anOpenSink();
    await send(sink, hostileNames);
    const ajv = new Ajv2020({ strict: true, allErrors: true });
    formats.default(ajv);
    const [body = ''] = sink.accepted();
    const validate = ajv.compile(published);
    const ok = validate(JSON.parse(body));
    expect(validate.errors).toBeNull();
    expect(ok).toBe(true);
    const names = payloadSchema.parse(JSON.parse(body)).sections.new.findings.map(({ displayName }) => displayName);
    expect(names.map((name) => wellFormed(name)).sort()).toEqual(hostileNames.map((name) => wellFormed(name)).sort());
  });

  it('marks a sample as a test', () => {
    expect(payloadOf(sampleDigest('t', night.until, plainRules))).toMatchObject({ kind: 'test' });
  });
});

describe('the signature', () => {
  it('covers the exact body and the time', async () => {
    sink = await anOpenSink();
    await send(sink, ['Payroll Sync']);
    const [{ headers, body } = { headers: {} as Record<string, string>, body: '' }] = sink.received;
    const seconds = Date.parse(night.until) / 1000;
    expect(headers['x-consentinel-signature']).toBe(signature(body, secret, seconds));
    expect(headers['x-consentinel-delivery']).toBe('11111111-2222-3333-4444-555555555555/s2/complete');
  });

  it('is verified by the example in docs/alerts.md, which refuses other signatures', async () => {
    const example = /```js\n(import .*?)```/s.exec(readFileSync('docs/alerts.md', 'utf8'))?.[1] ?? '';
    const folder = mkdtempSync(path.join(tmpdir(), 'consentinel-'));
    try {
      const file = path.join(folder, 'verify.mjs');
      writeFileSync(file, example);
      const { verify } = (await import(pathToFileURL(file).href)) as {
        verify(body: string, header: string | undefined, secret: string, now?: number): boolean;
      };
      const body = '{"name":"Ünïcode"}';
      const now = 1_795_000_000;
      const good = signature(body, secret, now);
      expect(verify(body, good, secret, now)).toBe(true);
      expect(verify(`${body} `, good, secret, now)).toBe(false);
      expect(verify(body, good, 'another secret', now)).toBe(false);
      expect(verify(body, good, secret, now + 3_600)).toBe(false);
      expect(verify(body, good.replace(String(now), String(now + 1)), secret, now)).toBe(false);
      for (const header of [undefined, '', 'v1=', 't=1,v1=zz', good.slice(0, -2)])
        expect(verify(body, header, secret, now)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
