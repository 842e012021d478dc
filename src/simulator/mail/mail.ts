import type { JsonObject } from '../protocol/json.js';

/** A mail that was handed over; nobody gets it. */
export interface Mail {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** The user in the path, in whose name it is sent. */
  readonly from: string;
  readonly to: readonly string[];
  readonly message: JsonObject;
  readonly saveToSentItems: boolean;
  /** The plain-text part, where the mail came as MIME. */
  readonly text?: string;
  /** As it came, decoded. */
  readonly mime?: string;
}
