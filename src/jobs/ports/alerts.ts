import type { Digest } from '../../model/alerts/digest.js';
import type { Directory, Inspector } from './graph.js';

/** One message of an alert to one recipient. */
export interface Delivery {
  /** Names it in the outbox: the channel, or the channel and a digest of the address. */
  readonly key: string;
  /**
   * Sends it, once.
   * @throws ConsentinelError `alert-undelivered`, or what Graph did; names the host and never a webhook's address
   */
  send(signal?: AbortSignal): Promise<void>;
}

/** A way to people. */
export interface AlertChannel {
  /** Stored scans name the channel by it: lower-case letters, which never change. */
  readonly name: string;
  /** For a person: a host or mail addresses; never a secret. */
  readonly to: string;
  /**
   * What to send of a digest; empty where there is nothing for this channel. Safe to call again.
   * @throws ConsentinelError where it could not be found out
   */
  deliveries(digest: Digest, signal?: AbortSignal): Promise<readonly Delivery[]>;
  /**
   * Sees that the far end answers and tells it nothing; absent where it is reached through Graph.
   * @throws ConsentinelError `alert-undelivered`, which names the host
   */
  probe?(signal?: AbortSignal): Promise<void>;
  /** The mailbox that sends, for channels that send email. */
  readonly sender?: SenderMailbox;
  /** Graph permissions that the channel needs, besides those of the rules. */
  readonly permissions?: readonly string[];
  /** Why a sample alert has no recipient in this channel. */
  readonly withoutSample?: string;
}

/** A mailbox that sends, and what `doctor` examines it with. */
export interface SenderMailbox {
  /** An address. */
  readonly from: string;
  readonly user: Inspector['user'];
  /** Of the identity that sends. */
  readonly roles: Directory['roles'];
}

/** A mail; both bodies say the same. */
export interface Email {
  readonly to: readonly string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** Sends mail in the name of the mailbox that is configured. */
export interface Mailer {
  /** One attempt: a mail whose answer was lost may have been sent. */
  send(letter: Email, signal?: AbortSignal): Promise<void>;
}

/** The object whose owners are asked for. */
export interface OwnedObject {
  readonly collection: 'applications' | 'servicePrincipals';
  readonly id: string;
}

/** Reads owners, for flagged objects only. */
export interface OwnerDirectory {
  /**
   * Direct reads, in `$batch`.
   * @returns by object id the mail addresses of its owners; empty for an object that is gone or has no owner with one
   * @throws ConsentinelError `permission-missing` where Graph shows owners without their addresses
   */
  ownersOf(objects: readonly OwnedObject[], signal?: AbortSignal): Promise<Map<string, string[]>>;
}
