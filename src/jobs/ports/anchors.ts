import type { AuditAnchor } from '../../model/finding/audit-anchor.js';

/** The anchors of the audit chains, outside the tables. They are only ever appended. */
export interface AnchorStore {
  /** Where they are, for a sentence. */
  readonly place: string;
  /**
   * Appends an anchor.
   * @param at ISO 8601 UTC
   * @param anchor creates it from the newest one; called again if another writer appended first
   * @throws ConsentinelError `storage-unavailable` or `storage-rejected`
   */
  append(tenantId: string, at: string, anchor: (newest: AuditAnchor | undefined) => AuditAnchor): Promise<AuditAnchor>;
  /**
   * All anchors of a tenant, the oldest first; a sentence for each line that is no anchor.
   * @throws ConsentinelError `storage-unavailable` or `storage-rejected`
   */
  read(tenantId: string): AsyncIterable<AuditAnchor | string>;
}
