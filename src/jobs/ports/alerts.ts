import type { Digest } from '../../model/alerts/digest.js';
import type { Directory, Inspector } from './graph.js';

/** One message of an alert to one recipient. */
export interface Delivery {
  /** Its key in the outbox: the channel, or the channel and a digest of the address. */
  readonly key: string;
  /**
   * Sends it once.
   * @throws ConsentinelError `alert-undelivered`, or an error of Graph; names the host and never a webhook's address
   */
  send(signal?: AbortSignal): Promise<void>;
}

/** A channel that alerts are sent to. */
export interface AlertChannel {
  /** Stored scans name the channel by it: lower-case letters, which never change. */
  readonly name: string;
  /** The recipient in words: a host or mail addresses; never a secret. */
  readonly to: string;
  /**
   * The deliveries of a digest; empty if the channel has nothing to send. Safe to call again.
   * @throws ConsentinelError if the recipients could not be read
   */
  deliveries(digest: Digest, signal?: AbortSignal): Promise<readonly Delivery[]>;
  /**
   * Checks that the host answers, and posts nothing to it; absent if the channel uses Graph.
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

/** An email; both bodies have the same content. */
export interface Email {
  readonly to: readonly string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** Sends email from the configured mailbox. */
export interface Mailer {
  /** Makes one attempt. If it throws because the answer was lost, the email may have been sent. */
  send(email: Email, signal?: AbortSignal): Promise<void>;
}

/** The object whose owners are read. */
export interface OwnedObject {
  readonly collection: 'applications' | 'servicePrincipals';
  readonly id: string;
}

/** Reads owners, only for objects with findings. */
export interface OwnerDirectory {
  /**
   * Direct reads, in `$batch`.
   * @returns the email addresses of the owners by object id; empty if the object was deleted or no owner has an address
   * @throws ConsentinelError `permission-missing` if Graph returns owners without their addresses
   */
  ownersOf(objects: readonly OwnedObject[], signal?: AbortSignal): Promise<Map<string, string[]>>;
}

/** Reads the owners of apps whose plans need two approvals. */
export interface AppOwners {
  /**
   * The object ids of all owners of an app: of its application and of its service principal.
   * @returns in lower case; empty if there are none
   * @throws ConsentinelError if they could not be read
   */
  ownerIdsOf(appId: string, signal?: AbortSignal): Promise<ReadonlySet<string>>;
}
