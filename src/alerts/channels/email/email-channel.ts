import type { AlertChannel, Email, Mailer } from '../../../jobs/ports/index.js';
import type { Digest } from '../../../model/alerts/digest.js';
import { tenantLabel, titleOf } from '../../wording.js';
import { mailHtml } from './mail-html.js';
import { mailText } from './mail-text.js';

/** @param to mail addresses; all of them in one mail */
export function emailChannel(mailer: Mailer, to: readonly string[]): AlertChannel {
  return {
    name: 'mail',
    to: to.join(', '),
    deliveries: async (digest) => [{ key: 'mail', send: (signal) => mailer.send(emailOf(digest, to), signal) }],
  };
}

/**
 * A digest as a mail.
 * @param lead a sentence before everything, in our words
 */
export function emailOf(digest: Digest, to: readonly string[], lead?: string): Email {
  return {
    to,
    subject: ['Consentinel', tenantLabel(digest), titleOf(digest)].filter(Boolean).join(': '),
    html: mailHtml(digest, lead),
    text: mailText(digest, lead),
  };
}
