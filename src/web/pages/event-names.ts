import type { AuditEventType } from '../../model/finding/audit.js';

const names: Readonly<Record<AuditEventType, string>> = {
  appeared: 'Appeared',
  changed: 'Changed',
  reappeared: 'Reappeared',
  resolved: 'Resolved',
  suppressed: 'Suppressed',
  'suppression-expired': 'Suppression expired',
  'suppression-ended': 'Suppression ended',
  unsuppressed: 'Suppression ended by a person',
  commented: 'Commented',
  assigned: 'Assigned',
  repaired: 'Repaired',
  proposed: 'Proposed',
  approved: 'Approved',
  rejected: 'Rejected',
  'approval-expired': 'Approval expired',
  refused: 'Refused',
  started: 'Started',
  postponed: 'Postponed',
  sent: 'Sent',
  applied: 'Applied',
  unneeded: 'Already fixed',
  stale: 'Plan changed',
  failed: 'Failed',
  'keys-missing': 'Keys missing',
  paused: 'Paused',
  resumed: 'Resumed',
};

/** The type of an audit event as a label. */
export function eventName(type: AuditEventType): string {
  return names[type];
}
