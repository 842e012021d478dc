import { z } from 'zod';
import { severities } from '../model/rule/violation.js';
import type { Scan, SentinelRun } from '../model/scan/scan.js';
import { type DeliveryState, deliveryStatuses } from '../model/scan/scan-alerts.js';
import { isSentinelId } from '../model/scan/sentinel-id.js';
import { fromRow, jsonColumn, keyPart, type Row, type StoredRow, toRow } from './rows.js';

/** The key of the row with the tenant's lease. */
export const leaseKey = 'lease';

/** A stored lease. A release clears the row, because a transaction of the SDK cannot delete a row by its version. */
export interface LeaseRecord {
  readonly scanId: string;
  /** `host:pid:random`; empty for a released lease. */
  readonly owner: string;
  readonly takenAt: string;
  readonly renewedAt: string;
  readonly expiresAt: string;
}

/** What the keys of the rows begin with: the lists of scans must not contain the runs of the sentinel. */
export const scanPrefix = 'scan_';
export const sentinelPrefix = 'sentinel_';

/** The key of a scan's row. A later scan has a smaller key, so that scans are listed newest first. */
export function scanKey({ id, startedAt }: Pick<Scan, 'id' | 'startedAt'>): string {
  const reverse = 9_999_999_999_999 - Date.parse(startedAt);
  const prefix = isSentinelId(id) ? sentinelPrefix : scanPrefix;
  return `${prefix}${String(reverse).padStart(13, '0')}_${keyPart(id)}`;
}

/** The key of the row that maps a scan's id to the key of its row. */
export const indexKey = (scanId: string): string => `index_${keyPart(scanId)}`;

const count = z.int().min(0);
const countBySeverity = z.record(z.enum(severities), count);
const status = z.enum(['running', 'complete', 'incomplete', 'failed']);

const deliverySchema = z.object({
  status: z.enum(deliveryStatuses),
  at: z.string(),
  attempts: count,
  error: z.string().exactOptional(),
}) satisfies z.ZodType<DeliveryState>;

const sentinelSchema = z.object({
  listed: z.object({ applications: count, servicePrincipals: count }).exactOptional(),
  listedAt: z.string().exactOptional(),
  audit: z.object({ since: z.string(), entries: count, objects: count }).exactOptional(),
  position: z.string().exactOptional(),
  apps: count,
  hasNews: z.boolean(),
}) satisfies z.ZodType<SentinelRun>;

const scanSchema = z.object({
  id: z.string().min(1),
  sentinel: jsonColumn(sentinelSchema).exactOptional(),
  tenantId: z.string().min(1),
  tenantName: z.string().exactOptional(),
  status,
  requestedBy: z.string(),
  startedAt: z.string().min(1),
  since: z.string().min(1),
  finishedAt: z.string().exactOptional(),
  counts: jsonColumn(z.object({ applications: count, servicePrincipals: count })),
  findings: jsonColumn(z.object({ new: count, open: count, resolved: count, suppressed: count })),
  bySeverity: jsonColumn(z.object({ open: countBySeverity, resolved: countBySeverity })).exactOptional(),
  writes: count,
  heldBack: count,
  pages: count,
  requests: count,
  retries: count,
  continued: count.exactOptional(),
  notExamined: jsonColumn(
    z.array(z.object({ ruleId: z.string(), reason: z.string(), permission: z.string().exactOptional() })),
  ),
  errors: jsonColumn(z.array(z.object({ code: z.string(), message: z.string() }))),
  undetermined: jsonColumn(
    z.array(z.object({ objectId: z.string(), object: z.string(), property: z.string() })),
  ).default([]),
  notes: jsonColumn(z.array(z.string())).default([]),
  delta: jsonColumn(
    z.object({
      used: z.boolean(),
      changes: count,
      reason: z.string().exactOptional(),
      grantsReason: z.string().exactOptional(),
      suspected: count.exactOptional(),
      missed: count.exactOptional(),
    }),
  ).exactOptional(),
  anchor: jsonColumn(z.object({ hash: z.string(), chains: count, events: count })).exactOptional(),
  warnings: jsonColumn(z.array(z.string())).exactOptional(),
  alerts: jsonColumn(
    z.object({
      about: status,
      from: z.string(),
      until: z.string(),
      silent: z.boolean(),
      deliveries: z.record(z.string(), deliverySchema),
      starts: z.record(z.string(), z.string()).exactOptional(),
    }),
  ).exactOptional(),
  givenUp: jsonColumn(z.array(z.object({ queue: z.string(), at: z.string(), what: z.string() }))).exactOptional(),
}) satisfies z.ZodType<Scan>;

const leaseSchema = z.object({
  scanId: z.string(),
  owner: z.string(),
  takenAt: z.string(),
  renewedAt: z.string(),
  expiresAt: z.string(),
}) satisfies z.ZodType<LeaseRecord>;

const indexSchema = z.object({ scanRow: z.string().min(1) });

/** Stores `undetermined` and `notes` only if there are any: most scans have none. */
export function toScanRow({ undetermined, notes, ...scan }: Scan, rowKey: string): Row {
  const some = { ...(undetermined.length > 0 && { undetermined }), ...(notes.length > 0 && { notes }) };
  return toRow(scan.tenantId, rowKey, { ...scan, ...some });
}

/** @throws ConsentinelError `storage-malformed` */
export const fromScanRow = (row: StoredRow): Scan => fromRow(row, scanSchema);

export const toLeaseRow = (tenantId: string, lease: LeaseRecord): Row => toRow(tenantId, leaseKey, lease);

/** @throws ConsentinelError `storage-malformed` */
export const fromLeaseRow = (row: StoredRow): LeaseRecord => fromRow(row, leaseSchema);

export const toIndexRow = (scan: Scan, scanRow: string): Row => toRow(scan.tenantId, indexKey(scan.id), { scanRow });

/** @throws ConsentinelError `storage-malformed` */
export const fromIndexRow = (row: StoredRow): string => fromRow(row, indexSchema).scanRow;
