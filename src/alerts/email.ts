import type { AlertChannel, Letter, Mailer } from '../jobs/ports/index.js';
import type { Digest } from '../model/alerts/digest.js';
import { mailHtml } from './mail-html.js';
import { mailText } from './mail-text.js';
import { tenantOf, titleOf } from './wording.js';

/** @param to mail addresses; all of them in one mail */
export function mailChannel(mailer: Mailer, to: readonly string[]): AlertChannel {
  return {
    name: 'mail',
    to: to.join(', '),
    parcels: async (digest) => [{ key: 'mail', send: (signal) => mailer.send(letterOf(digest, to), signal) }],
  };
}

/**
 * A digest as a mail.
 * @param lead a sentence before everything, in our words
 */
export function letterOf(digest: Digest, to: readonly string[], lead?: string): Letter {
  return {
    to,
    subject: ['Consentinel', tenantOf(digest), titleOf(digest)].filter(Boolean).join(': '),
    html: mailHtml(digest, lead),
    text: mailText(digest, lead),
  };
}
