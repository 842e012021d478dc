import { z } from 'zod';
import { toleratedSkew } from '../model/clock/clock-skew.js';
import { findingStatuses } from '../model/finding/finding.js';
import type { FindingSummary } from '../model/finding/finding-summary.js';
import { isPlausible } from '../model/finding/stored-times.js';
import { remediationStatuses } from '../model/remediation/remediation.js';
import { severities } from '../model/rule/violation.js';
import { fromRow, jsonColumn, type StoredRow } from './rows.js';

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
  resolvedAt: z.string().exactOptional(),
  assignee: z.string().exactOptional(),
  remediationStatus: z.enum(remediationStatuses).exactOptional(),
}) satisfies z.ZodType<FindingSummary>;

/** The columns of a summary. Evidence, messages and plans are not read. */
export const summaryColumns: string[] = [...Object.keys(summarySchema.shape), 'suppression', 'schemaVersion'];

const suppressionSchema = jsonColumn(z.object({ suppressedAt: z.string(), until: z.string() }));

/**
 * The summary of a finding's row. The service returns null for a selected column that is missing.
 * @param now (ISO 8601 UTC) a suppressed finding without a suppression that is possible at this time is open, as in
 * `checkStoredTimes`
 * @throws ConsentinelError `storage-malformed`
 */
export function fromSummaryRow(row: StoredRow, now?: string): FindingSummary {
  const { remediationStatus, resolvedAt, assignee, suppression, ...rest } = row;
  const optional = { remediationStatus, resolvedAt, assignee };
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value));
  const summary = fromRow({ ...rest, ...present } as StoredRow, summarySchema);
  if (now === undefined) return summary;
  const appeared = Date.parse(summary.appearedAt) <= Date.parse(now) + toleratedSkew;
  const possible = appeared ? summary : { ...summary, appearedAt: now };
  if (summary.status !== 'suppressed') return possible;
  const parsed = suppressionSchema.safeParse(suppression ?? undefined);
  // A suppression that is not JSON makes the row damaged, which the full read reports.
  const isDamaged = suppression && !parsed.success;
  const isSuppressed = isDamaged || (parsed.success && isPlausible(parsed.data, now));
  return isSuppressed ? possible : { ...possible, status: 'open' };
}
