import { type Answer, empty } from './answer.js';
import { badRequest, GraphError } from './errors.js';
import { now } from './moment.js';
import { isObject, type JsonObject, objectsOf } from './tenant.js';
import type { World } from './world.js';

/** A mail that was handed over; nobody gets it. */
export interface Mail {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** The user in the path, in whose name it is sent. */
  readonly from: string;
  readonly to: readonly string[];
  readonly message: JsonObject;
  readonly saveToSentItems: boolean;
}

/** `POST /users/{id}/sendMail`: 202 says that the mail was taken, not that it arrived. Source: Graph, user: sendMail. */
export function sendMail(world: World, from: string, body: unknown): Answer {
  const message = isObject(body) ? body.message : undefined;
  if (!isObject(body) || !isObject(message)) throw badRequest("The parameter 'Message' is missing.");
  const to = objectsOf(message.toRecipients).map(({ emailAddress }) =>
    isObject(emailAddress) ? String(emailAddress.address ?? '') : '',
  );
  if (to.length === 0 || to.includes(''))
    throw new GraphError(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.');
  const saveToSentItems = body.saveToSentItems !== false;
  world.mails.push({ at: now(), from, to, message, saveToSentItems });
  return empty(202);
}
