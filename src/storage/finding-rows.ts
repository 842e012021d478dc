import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { FindingChange } from '../jobs/ports/index.js';
import { withoutEvidence } from '../model/finding/app-evidence.js';
import { type AuditEvent, auditEventTypes, type ChainedAuditEvent } from '../model/finding/audit.js';
import { type Finding, findingStatuses } from '../model/finding/finding.js';
import type { SignedApproval } from '../model/remediation/approval.js';
import { type Remediation, remediationStatuses } from '../model/remediation/remediation.js';
import { severities } from '../model/rule/violation.js';
import { canonicalJson } from '../model/text/canonical-json.js';
import type { ChainHead } from './audit-chain.js';
import { fromRow, jsonColumn, MalformedRow, objectOf, type Row, type StoredRow, toRow } from './rows.js';

/** The key of the row with the end of a partition's audit chain. */
export const headKey = 'audit-head';

/** The partition of a tenant and a rule. A finding shares it with its audit events, so that one transaction writes both. */
export function partitionOf({ tenantId, ruleId }: Pick<Finding, 'tenantId' | 'ruleId'>): string {
  return `${tenantId}_${ruleId}`;
}

export const findingKey = (id: string): string => `finding_${id}`;
export const auditKey = ({ findingId, sequence }: Pick<ChainedAuditEvent, 'findingId' | 'sequence'>): string =>
  `audit_${findingId}_${String(sequence).padStart(10, '0')}`;

/** More approvals than a plan can need: a longer list is damage. */
const maxApprovals = 4;

const scalar = (value: unknown): value is string | number | boolean | null =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);
const anything = (_: unknown): _ is unknown => true;

const writesSchema = z.array(
  z.object({
    method: z.enum(['PATCH', 'POST', 'PUT']),
    path: z.string(),
    body: z.record(z.string(), z.unknown()),
  }),
);

const approvalSchema = z.object({
  statement: z.object({
    kind: z.literal('approval'),
    id: z.string(),
    tenantId: z.string(),
    findingId: z.string(),
    remediationId: z.string(),
    planHash: z.string(),
    requests: writesSchema,
    completes: z.string().exactOptional(),
    author: z.object({ id: z.string(), name: z.string(), roles: z.array(z.string()) }),
    at: z.string(),
    expiresAt: z.string(),
  }),
  keyId: z.string(),
  signature: z.string(),
}) satisfies z.ZodType<SignedApproval>;

const policyStateSchema = z.record(z.string(), z.unknown());

const attemptSchema = z.object({
  owner: z.string(),
  startedAt: z.string(),
  requestIds: z.array(z.string()),
  approvalId: z.string().exactOptional(),
  keyIds: z.array(z.string()).exactOptional(),
  missingKeyIds: z.array(z.string()).exactOptional(),
  state: z.object({ before: policyStateSchema, after: policyStateSchema.exactOptional() }).exactOptional(),
  rejected: z.literal(true).exactOptional(),
});

const remediationSchema = z.object({
  id: z.string().min(1),
  status: z.enum(remediationStatuses),
  plan: z.object({
    requests: writesSchema,
    irreversible: z.boolean(),
    undo: z.string().exactOptional(),
    warnings: z.array(z.string()),
    guard: z.unknown(),
    undoes: z.object({ remediationId: z.string(), before: policyStateSchema, left: policyStateSchema }).exactOptional(),
  }),
  planHash: z.string().length(64),
  proposedAt: z.string(),
  decision: z
    .object({
      author: z.string(),
      at: z.string(),
      comment: z.string().exactOptional(),
      expiresAt: z.string().exactOptional(),
    })
    .exactOptional(),
  approvals: z.array(approvalSchema).max(maxApprovals).exactOptional(),
  attempt: attemptSchema.exactOptional(),
  unconfirmed: attemptSchema.exactOptional(),
  outcome: z.string().exactOptional(),
}) satisfies z.ZodType<Remediation>;

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
  evidence: jsonColumn(objectOf(scalar)),
  appearedAt: z.string().min(1),
  appearedIn: z.string(),
  changedAt: z.string().min(1),
  resolvedAt: z.string().exactOptional(),
  life: z.int().min(1),
  suppression: jsonColumn(
    z.object({ reason: z.string(), author: z.string(), suppressedAt: z.string(), until: z.string() }),
  ).exactOptional(),
  assignee: z.string().exactOptional(),
  remediation: jsonColumn(remediationSchema).exactOptional(),
  manual: jsonColumn(
    z.object({ reason: z.string(), steps: z.array(z.string()), undetermined: z.literal(true).exactOptional() }),
  ).exactOptional(),
}) satisfies z.ZodType<Finding>;

const auditSchema = z.object({
  tenantId: z.string(),
  ruleId: z.string(),
  findingId: z.string(),
  at: z.string(),
  type: z.enum(auditEventTypes),
  author: z.string(),
  summary: z.string(),
  detail: jsonColumn(objectOf(anything)),
  sequence: z.int().min(1),
  previousHash: z.string(),
  hash: z.string(),
}) satisfies z.ZodType<ChainedAuditEvent>;

/** The end of a chain, and the transaction that wrote it. */
export interface StoredHead extends ChainHead {
  /** Absent in rows of older versions of the program. */
  readonly transaction?: {
    readonly previous: ChainHead;
    /** The finding of its first event; empty if it has no event. */
    readonly firstEventOf: string;
    /** The change ids of its findings, by finding id. */
    readonly changes: Readonly<Record<string, string>>;
  };
}

const linkSchema = z.object({ sequence: z.int().min(0), hash: z.string() });

const headSchema = z.object({
  sequence: z.int().min(1),
  hash: z.string(),
  transaction: jsonColumn(
    z.object({ previous: linkSchema, firstEventOf: z.string(), changes: z.record(z.string(), z.string()) }),
  ).exactOptional(),
}) satisfies z.ZodType<StoredHead>;

/** The row of a change: the finding, and the id of the change, by which a repeated write is recognized. */
export function toFindingRow(change: FindingChange): Row {
  const { remediation } = change.finding;
  // A separate column, because lists need the status but not the plan, which can be large.
  const status = remediation && { remediationStatus: remediation.status };
  const record = { ...withoutEvidence(change.finding), ...status, changeId: changeId(change) };
  return toRow(partitionOf(change.finding), findingKey(change.finding.id), record);
}

/** @throws ConsentinelError `storage-malformed`, also if the finding belongs into another row */
export function fromFindingRow(row: StoredRow): Finding {
  const finding = fromRow(row, findingSchema);
  if (findingKey(finding.id) !== row.rowKey) throw new MalformedRow(row, 'id', 'it is not the id of the row');
  if (partitionOf(finding) !== row.partitionKey)
    throw new MalformedRow(row, 'ruleId', 'tenant and rule are not those of the partition');
  return finding;
}

export function toAuditRow(event: ChainedAuditEvent): Row {
  return toRow(partitionOf(event), auditKey(event), event);
}

/** @throws ConsentinelError `storage-malformed` */
export const fromAuditRow = (row: StoredRow): ChainedAuditEvent => fromRow(row, auditSchema);

export function toHeadRow(partitionKey: string, { sequence, hash, transaction }: StoredHead): Row {
  return toRow(partitionKey, headKey, { sequence, hash, transaction });
}

/** @throws ConsentinelError `storage-malformed` */
export const fromHeadRow = (row: StoredRow): StoredHead => fromRow(row, headSchema);

/**
 * A digest of the finding, its events and the replaced version. It distinguishes a repeated write, whose first response
 * was lost, from the write of another writer.
 */
export function changeId({ finding, etag, events }: FindingChange): string {
  const whole = canonicalJson({
    finding: withoutEvidence(finding),
    etag: etag ?? null,
    events: events satisfies readonly AuditEvent[],
  });
  return createHash('sha256').update(whole).digest('hex').slice(0, 32);
}
