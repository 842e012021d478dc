import type { Mailer } from '../../jobs/ports/index.js';
import { createSend, type GraphSettings } from '../http/send.js';
import { mimeOf } from './mime.js';

/** Milliseconds for one mail. The queue handles longer waits. */
const budget = 60_000;

/**
 * Sends mail through Graph, in MIME format: Graph's JSON format allows one body, and a mail has two (HTML and plain
 * text). Graph saves the mail in the sender's sent items.
 * Source: Graph, user: sendMail ("Send a new message using MIME format"); 202 means accepted, not delivered.
 * @param from the address of the sender's mailbox
 */
export function createMailer(settings: GraphSettings, from: string): Mailer {
  const send = createSend(settings);
  return {
    send: async (email, signal) => {
      // The client sends a Buffer unchanged, and any other body as JSON.
      const body = Buffer.from(Buffer.from(mimeOf(from, email)).toString('base64'));
      const headers = { 'content-type': 'text/plain' };
      const path = `/users/${encodeURIComponent(from)}/sendMail`;
      const shownPath = '/users/{mailbox}/sendMail';
      await send({ method: 'POST', path, shownPath, headers, body, budget, signal });
    },
  };
}
