import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { FindingChange } from '../jobs/ports.js';
import type { AuditEvent, AuditEventType, ChainedAuditEvent } from '../model/audit.js';
import { type Finding, findingStatuses } from '../model/finding.js';
import { severities } from '../model/rule.js';
import type { ChainHead } from './audit-chain.js';
import { canonicalJson } from './canonical-json.js';
import { fromRow, json, objectOf, type Row, type StoredRow, toRow } from './rows.js';

/** The row that holds the end of a partition's audit chain. */
export const headKey = 'audit-head';

/** A finding and all that belongs to it share the partition of tenant and rule, so that they can commit together. */
export function partitionOf({ tenantId, ruleId }: Pick<Finding, 'tenantId' | 'ruleId'>): string {
  return `${tenantId}_${ruleId}`;
}

export const findingKey = (id: string): string => `finding_${id}`;
export const auditKey = ({ findingId, sequence }: Pick<ChainedAuditEvent, 'findingId' | 'sequence'>): string =>
  `audit_${findingId}_${String(sequence).padStart(10, '0')}`;

const scalar = (value: unknown): value is string | number | boolean | null =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);
const anything = (_: unknown): _ is unknown => true;

const findingSchema = z.object({
  id: z.string().min(1),
  tenantId: z.string().min(1),
  ruleId: z.string().min(1),
  severity: z.enum(severities),
  status: z.enum(findingStatuses),
  on: z.enum(['application', 'servicePrincipal', 'tenant']),
  objectId: z.string(),
  appId: z.string(),
  displayName: z.string(),
  key: z.string(),
  message: z.string(),
  evidence: json(objectOf(scalar)),
  appearedAt: z.string().min(1),
  appearedIn: z.string(),
  changedAt: z.string().min(1),
  resolvedAt: z.string().exactOptional(),
  life: z.int().min(1),
  suppression: json(
    z.object({ reason: z.string(), author: z.string(), suppressedAt: z.string(), until: z.string() }),
  ).exactOptional(),
}) satisfies z.ZodType<Finding>;

/** A table of all types, so that the compiler notices a new one. */
const eventTypes: Readonly<Record<AuditEventType, true>> = {
  appeared: true,
  changed: true,
  reappeared: true,
  resolved: true,
  suppressed: true,
  'suppression-expired': true,
  'suppression-ended': true,
};

const auditSchema = z.object({
  tenantId: z.string(),
  ruleId: z.string(),
  findingId: z.string(),
  at: z.string(),
  type: z.enum(Object.keys(eventTypes) as [AuditEventType]),
  author: z.string(),
  summary: z.string(),
  detail: json(objectOf(anything)),
  sequence: z.int().min(1),
  previousHash: z.string(),
  hash: z.string(),
}) satisfies z.ZodType<ChainedAuditEvent>;

const headSchema = z.object({ sequence: z.int().min(1), hash: z.string() }) satisfies z.ZodType<ChainHead>;

/** The row of a change: its finding, and the name of the change, by which a repeated write knows itself again. */
export function toFindingRow(change: FindingChange): Row {
  const record = { ...change.finding, changeId: changeId(change) };
  return toRow(partitionOf(change.finding), findingKey(change.finding.id), record);
}

/** @throws ConsentinelError `storage-malformed` */
export const fromFindingRow = (row: StoredRow): Finding => fromRow(row, findingSchema);

export function toAuditRow(event: ChainedAuditEvent): Row {
  return toRow(partitionOf(event), auditKey(event), event);
}

/** @throws ConsentinelError `storage-malformed` */
export const fromAuditRow = (row: StoredRow): ChainedAuditEvent => fromRow(row, auditSchema);

export function toHeadRow(partitionKey: string, { sequence, hash }: ChainHead): Row {
  return { partitionKey, rowKey: headKey, sequence, hash };
}

/** @throws ConsentinelError `storage-malformed` */
export const fromHeadRow = (row: StoredRow): ChainHead => fromRow(row, headSchema);

/**
 * The same for the same finding, events and replaced version, and for nothing else. A create or update whose answer
 * was lost is told by it from another writer's.
 */
export function changeId({ finding, etag, events }: FindingChange): string {
  const whole = canonicalJson({ finding, etag: etag ?? null, events: events satisfies readonly AuditEvent[] });
  return createHash('sha256').update(whole).digest('hex').slice(0, 32);
}
