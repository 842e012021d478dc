import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emailOf } from '../../src/alerts/channels/email/email-channel.js';
import { mimeOf } from '../../src/graph/writes/mime.js';
import { parseMime } from '../../src/simulator/mail/parse-mime.js';
import { appeared, digestOf, hostileNames, wellFormed } from './examples.js';

const publicUrl = 'https://consentinel.contoso.com';
const letter = (name: string, to = ['team@contoso.com']) => {
  const finding = appeared('x', { displayName: name, message: `The application ${name} has a key.` });
  const digest = digestOf([finding], { rules: { publicUrl }, past: { warnings: [name] } });
  if (!digest) throw new Error('There is nothing to report.');
  return emailOf(digest, to);
};

describe('an email', () => {
  it('has the same content as HTML and as plain text', () => {
    const { subject, html, text } = letter('Payroll Sync');
    expect(subject).toBe('Consentinel: 1 new finding: 1 high');
    for (const body of [html, text]) {
      expect(body).toContain('Payroll Sync');
      expect(body).toContain('1 new finding: 1 high');
      expect(body).toContain('Symmetric signing key');
      expect(body).toContain(`${publicUrl}/findings/`);
      expect(body).toContain('https://entra.microsoft.com/#view');
    }
    expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(html).not.toMatch(/<(script|img|link|iframe|table)|url\(/i);
  });

  it.each(hostileNames.map((name) => [name.slice(0, 30), name]))('about %j has no effect on the email', (_, name) => {
    const { html, text } = letter(name);
    const elements = (of: string) => [...of.matchAll(/<\/?([a-z0-9!]+)([^>]*)>/g)].map(([whole]) => whole);
    expect(elements(html)).toEqual(elements(letter('x').html));
    expect(html.replace(/<[^>]*>/g, '')).not.toMatch(/[<>"]/);
    for (const body of [html, text]) {
      expect(body.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2060-\u206f\ufeff]/u);
    }
    const shownText = text.replaceAll(/https:\/\/(entra\.microsoft\.com|consentinel\.contoso\.com)\S*/g, '');
    expect(shownText).not.toMatch(/:\/\/|www\.|javascript:/);
    expect(Buffer.byteLength(html)).toBeLessThan(10_000);
  });
});

describe('its MIME', () => {
  it('is decoded by a mail program, for any texts', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(anything, anything, anything, (subject, html, text) => {
        const mime = mimeOf('alerts@contoso.com', { to: ['a@contoso.com', 'b@contoso.com'], subject, html, text });
        expect(parseMime(mime)).toEqual({
          to: ['a@contoso.com', 'b@contoso.com'],
          subject: wellFormed(subject),
          html: wellFormed(html),
          text: wellFormed(text),
        });
      }),
    );
  });

  it('has short lines in ASCII, also with fifty recipients', () => {
    const to = Array.from({ length: 50 }, (_, i) => `somebody.with.a.long.name.${i}@contoso.onmicrosoft.com`);
    const mime = mimeOf('alerts@contoso.com', { ...letter('Ünïcode \u{1f4a9}', to), subject: 'Ünïcode '.repeat(30) });
    expect(mime).toMatch(/^[\x20-\x7e\r\n]+$/);
    for (const line of mime.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
    expect(parseMime(mime).to).toEqual(to);
  });
});
