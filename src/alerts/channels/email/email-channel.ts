import type { AlertChannel, Email, Mailer } from '../../../jobs/ports/index.js';
import type { Digest } from '../../../model/alerts/digest.js';
import { tenantLabel, titleOf } from '../../wording.js';
import { mailHtml } from './mail-html.js';
import { mailText } from './mail-text.js';

/** @param to mail addresses: one email goes to all of them */
export function emailChannel(mailer: Mailer, to: readonly string[]): AlertChannel {
  return {
    name: 'mail',
    to: to.join(', '),
    deliveries: async (digest) => [{ key: 'mail', send: (signal) => mailer.send(emailOf(digest, to), signal) }],
  };
}

/**
 * A digest as an email.
 * @param lead a first sentence, words of the program
 */
export function emailOf(digest: Digest, to: readonly string[], lead?: string): Email {
  return {
    to,
    subject: ['Consentinel', ...(digest.severalTenants ? [tenantLabel(digest)] : []), titleOf(digest)].join(': '),
    html: mailHtml(digest, lead),
    text: mailText(digest, lead),
  };
}
