/** The events of a finding. */
export const auditEventTypes = [
  'appeared',
  'changed',
  'reappeared',
  'resolved',
  'suppressed',
  'suppression-expired',
  'suppression-ended',
  /** A person ended the suppression. */
  'unsuppressed',
  'commented',
  'assigned',
  'repaired',
  'proposed',
  'approved',
  'rejected',
  'approval-expired',
  'refused',
  'started',
  'postponed',
  'sent',
  'applied',
  'unneeded',
  'stale',
  'failed',
  'keys-missing',
  'paused',
  'resumed',
] as const;
export type AuditEventType = (typeof auditEventTypes)[number];

/** One event of one finding. It is written in the same transaction as the state that it explains, and never changes. */
export interface AuditEvent {
  tenantId: string;
  ruleId: string;
  findingId: string;
  /** ISO 8601 UTC. */
  at: string;
  type: AuditEventType;
  /** `scan:<scanId>`, or the signed-in principal. */
  author: string;
  /** One line of text. */
  summary: string;
  /** Values before and after, ids, and dates; never key material. */
  detail: Readonly<Record<string, unknown>>;
}

/** An event of a finding. */
export function auditEvent(
  { tenantId, ruleId, id }: { readonly tenantId: string; readonly ruleId: string; readonly id: string },
  { at, type, author, summary, detail }: Pick<AuditEvent, 'at' | 'type' | 'author' | 'summary' | 'detail'>,
): AuditEvent {
  return { tenantId, ruleId, findingId: id, at, type, author, summary, detail };
}

/** An event as it is stored: numbered within its partition, and bound to its predecessor by a hash. */
export interface ChainedAuditEvent extends AuditEvent {
  sequence: number;
  previousHash: string;
  hash: string;
}
