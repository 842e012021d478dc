import type { JsonObject } from '../protocol/json.js';

/** An email that a client has sent. The simulator keeps it and does not deliver it. */
export interface Mail {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** The sender: the user in the path. */
  readonly from: string;
  readonly to: readonly string[];
  readonly message: JsonObject;
  readonly saveToSentItems: boolean;
  /** The plain-text part of a MIME message. */
  readonly text?: string;
  /** The complete MIME message, decoded from base64. */
  readonly mime?: string;
}
