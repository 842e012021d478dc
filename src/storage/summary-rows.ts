import { z } from 'zod';
import { findingStatuses } from '../model/finding/finding.js';
import type { FindingSummary } from '../model/finding/finding-summary.js';
import { remediationStatuses } from '../model/remediation/remediation.js';
import { severities } from '../model/rule/violation.js';
import { fromRow, type StoredRow } from './rows.js';

const summarySchema = z.object({
  id: z.string().min(1),
  ruleId: z.string().min(1),
  severity: z.enum(severities),
  status: z.enum(findingStatuses),
  on: z.enum(['application', 'servicePrincipal', 'tenant']),
  objectId: z.string(),
  appId: z.string(),
  displayName: z.string(),
  appearedAt: z.string().min(1),
  remediationStatus: z.enum(remediationStatuses).exactOptional(),
}) satisfies z.ZodType<FindingSummary>;

/** The columns of a summary. Evidence, messages and plans are not read. */
export const summaryColumns: string[] = Object.keys(summarySchema.shape);

/**
 * The summary of a finding's row. The service returns null for a selected column that is missing.
 * @throws ConsentinelError `storage-malformed`
 */
export function fromSummaryRow(row: StoredRow): FindingSummary {
  const { remediationStatus, ...rest } = row;
  return fromRow({ ...rest, ...(remediationStatus ? { remediationStatus } : {}) } as StoredRow, summarySchema);
}
