import type { Mailer } from '../../jobs/ports/index.js';
import { createSend, type GraphSettings } from '../http/send.js';
import { mimeOf } from './mime.js';

/** Milliseconds for a mail: waiting longer is for the queue. */
const budget = 60_000;

/**
 * Sends mail through Graph. As MIME, since Graph's JSON takes one body, and a mail has two: HTML, and plain text for
 * those who read it so. A mail that was sent so is kept among the sender's sent items.
 * Source: Graph, user: sendMail ("Send a new message using MIME format"); 202 says that it was taken, not that it arrived.
 * @param from the mailbox, an address
 */
export function createMailer(settings: GraphSettings, from: string): Mailer {
  const send = createSend(settings);
  return {
    send: async (letter, signal) => {
      // A Buffer goes out as it is; anything else would be sent as JSON.
      const body = Buffer.from(Buffer.from(mimeOf(from, letter)).toString('base64'));
      const headers = { 'content-type': 'text/plain' };
      const path = `/users/${encodeURIComponent(from)}/sendMail`;
      const shownPath = '/users/{mailbox}/sendMail';
      await send({ method: 'POST', path, shownPath, headers, body, budget, signal });
    },
  };
}
