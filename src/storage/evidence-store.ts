import { z } from 'zod';
import type { EvidenceStore } from '../jobs/ports/index.js';
import { type Affected, notVisible } from '../model/evidence/affected.js';
import type { Change } from '../model/evidence/change.js';
import type { Failing } from '../model/evidence/failing.js';
import type { AppEvidence } from '../model/finding/app-evidence.js';
import { storageError } from './errors.js';
import { deleteRows } from './prune.js';
import { readRow, readRows, tableOperation, transact } from './reads.js';
import { fromRow, jsonColumn, keyPart, MalformedRow, type StoredRow, toRow } from './rows.js';
import { inPartition, keyBegins, type Table, type TableAction } from './table.js';

const evidenceKey = (appId: string): string => `evidence_${keyPart(appId)}`;

/** Source: Table Storage, entity group transactions: 100 operations of one partition. */
const maxOperations = 100;

const count = z.int().min(0);
const atLeast = z.literal(true).exactOptional();
const visible = <T extends z.ZodType>(schema: T) => z.union([z.literal(notVisible), schema]);

const failingSchema = z.object({
  count,
  users: count,
  lastAt: z.string(),
  atLeast,
}) satisfies z.ZodType<Failing>;

const changeSchema = z.object({
  at: z.string(),
  activity: z.string(),
  by: z.object({ type: z.enum(['user', 'application', 'unknown']), id: z.string() }),
}) satisfies z.ZodType<Change>;

const affectedSchema = z.object({
  readAt: z.string(),
  owners: visible(z.object({ count, ids: z.array(z.string()), atLeast })),
  assigned: visible(z.object({ users: count, groups: count, servicePrincipals: count, atLeast })),
  appRoleAssignments: visible(
    z.object({ count, roles: z.array(z.object({ resourceId: z.string(), appRoleId: z.string() })), atLeast }),
  ),
  grantedScopes: visible(z.object({ forAllUsers: z.array(z.string()), forSomeUsers: z.boolean() })),
  claimsMappingPolicy: visible(z.boolean()),
  signIns: z.object({
    interactiveFailures: visible(z.union([z.literal('none seen'), failingSchema])),
    appOnly: z.literal(notVisible),
    onBehalfOf: z.literal(notVisible),
  }),
}) satisfies z.ZodType<Affected>;

const evidenceSchema = z.object({
  appId: z.string().min(1),
  findingIds: jsonColumn(z.array(z.string())),
  failing: jsonColumn(z.record(z.string(), failingSchema)),
  changes: jsonColumn(z.record(z.string(), changeSchema.nullable())),
  affected: jsonColumn(affectedSchema).exactOptional(),
}) satisfies z.ZodType<AppEvidence>;

/** Evidence about apps in the table `scans`, in the partition of the tenant: a scan writes it, and every reader reads it. */
export class TableEvidenceStore implements EvidenceStore {
  /** @param table `scans` */
  constructor(private readonly table: Table) {}

  async all(tenantId: string): Promise<Map<string, AppEvidence>> {
    const found = new Map<string, AppEvidence>();
    for await (const row of readRows(this.table, [...inPartition(tenantId), ...keyBegins('evidence_')])) {
      const evidence = unlessDamaged(row);
      if (evidence) found.set(evidence.appId, evidence);
    }
    return found;
  }

  async of(tenantId: string, appId: string): Promise<AppEvidence | undefined> {
    const row = await readRow(this.table, [tenantId, evidenceKey(appId.toLowerCase())]);
    return row && unlessDamaged(row);
  }

  async write(tenantId: string, changed: readonly AppEvidence[], removed: readonly string[]): Promise<void> {
    const rows = changed.map(
      (one): TableAction => ({ kind: 'put', row: toRow(tenantId, evidenceKey(one.appId), one) }),
    );
    for (let at = 0; at < rows.length; at += maxOperations) {
      try {
        await transact(this.table, rows.slice(at, at + maxOperations));
      } catch (error) {
        throw storageError(error, tableOperation(this.table, 'write evidence'));
      }
    }
    await deleteRows(
      this.table,
      removed.map((appId) => [tenantId, evidenceKey(appId)] as const),
    );
  }
}

/** A damaged row counts as missing: the next scan writes it anew. */
function unlessDamaged(row: StoredRow): AppEvidence | undefined {
  try {
    const evidence = fromRow(row, evidenceSchema);
    return evidenceKey(evidence.appId) === row.rowKey ? evidence : undefined;
  } catch (error) {
    if (error instanceof MalformedRow) return undefined;
    throw error;
  }
}
