import { type Answer, emptyAnswer } from '../protocol/answer.js';
import { badRequest, GraphError } from '../protocol/graph-error.js';
import { isObject, objectsOf } from '../protocol/json.js';
import { now } from '../protocol/timestamps.js';
import type { Mail } from './mail.js';
import { parseMime } from './parse-mime.js';

/**
 * `POST /users/{id}/sendMail`. The answer 202 means that Graph accepts the email, not that it arrives.
 * Sources: Graph, user: sendMail; outlook-send-mime-message: a body of type text/plain is base64 of MIME.
 * @param mails receives the email
 */
export function sendMail(mails: Mail[], from: string, body: unknown): Answer {
  const mail = typeof body === 'string' ? ofMime(body) : ofJson(body);
  if (mail.to.length === 0 || mail.to.includes(''))
    throw new GraphError(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.');
  mails.push({ at: now(), from, ...mail });
  return emptyAnswer(202);
}

function ofJson(body: unknown): Omit<Mail, 'at' | 'from'> {
  const message = isObject(body) ? body.message : undefined;
  if (!isObject(body) || !isObject(message)) throw badRequest("The parameter 'Message' is missing.");
  const to = objectsOf(message.toRecipients).map(({ emailAddress }) =>
    isObject(emailAddress) ? String(emailAddress.address ?? '') : '',
  );
  return { to, message, saveToSentItems: body.saveToSentItems !== false };
}

function ofMime(body: string): Omit<Mail, 'at' | 'from'> {
  const base64 = body.replace(/\s/g, '');
  if (base64 === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64))
    throw new GraphError(400, 'ErrorMimeContentInvalidBase64String', 'Invalid base64 string for MIME content.');
  const mime = Buffer.from(base64, 'base64').toString('utf8');
  const { to, subject, html, text } = parseMime(mime);
  const toRecipients = to.map((address) => ({ emailAddress: { address } }));
  const message = { subject, body: { contentType: 'HTML', content: html }, toRecipients };
  return { to, message, saveToSentItems: true, text, mime };
}
