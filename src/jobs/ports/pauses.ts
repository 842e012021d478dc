import type { StoredPause } from '../../model/remediation/pause.js';

/** The pauses of an installation, in the data account. */
export interface PauseStore {
  /**
   * The statement that was stored last; undefined if there is none. A damaged row is an unsigned pause.
   * @throws ConsentinelError `storage-unavailable`, `storage-rejected`
   */
  latest(): Promise<StoredPause | undefined>;
  /** Stores a statement and its audit event, in one transaction. @throws as `latest` */
  record(stored: StoredPause): Promise<void>;
}
