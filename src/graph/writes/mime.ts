import { createHash } from 'node:crypto';
import type { Email } from '../../jobs/ports/index.js';

/**
 * The MIME message of an email with two alternatives, plain text first. Everything except the addresses is encoded, so
 * that no text can end a header or a part.
 * Source: RFC 5322; RFC 2046, section 5.1.4; RFC 2047.
 * @param from a valid address, like every address in `to`
 */
export function mimeOf(from: string, { to, subject, html, text }: Email): string {
  const boundary = `=_${createHash('sha256').update(`${html}\n${text}`).digest('hex').slice(0, 32)}`;
  const part = (type: string, body: string) => [
    `--${boundary}`,
    `Content-Type: ${type}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    '',
    inLines(Buffer.from(body).toString('base64')),
  ];
  return [
    `From: ${from}`,
    `To: ${to.join(',\r\n ')}`,
    `Subject: ${encodedWords(subject)}`,
    'MIME-Version: 1.0',
    // Source: RFC 3834: prevents automatic replies.
    'Auto-Submitted: auto-generated',
    `Content-Type: multipart/alternative;\r\n boundary="${boundary}"`,
    '',
    ...part('text/plain', text),
    ...part('text/html', html),
    `--${boundary}--`,
    '',
  ].join('\r\n');
}

/** An encoded word has at most 75 characters and does not split a character. */
function encodedWords(text: string): string {
  if (/^[\x20-\x7e]{1,60}$/.test(text) && !text.includes('=?')) return text;
  const words: string[] = [''];
  for (const character of text) {
    if (Buffer.byteLength(`${words.at(-1)}${character}`) > 42) words.push('');
    words[words.length - 1] += character;
  }
  return words.map((word) => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ');
}

function inLines(base64: string): string {
  return base64.replace(/.{76}(?=.)/g, '$&\r\n');
}
