import type {
  Clock,
  ExportReport,
  ExportRequest,
  ImportReport,
  Incoming,
  RowTransfer,
  TransferLease,
} from '../../jobs/ports/index.js';
import { ConsentinelError } from '../../model/errors.js';
import { installationName } from '../../model/remediation/pause.js';
import type { Storage } from '../connection.js';
import { type LeaseSettings, leaseSeconds } from '../lease.js';
import { partitionKeys } from '../reads.js';
import { requestsPartition } from '../scan-requests.js';
import { schemaPartition } from '../schema-version.js';
import { FileComparison } from './compare-rows.js';
import { exportedRows, type RowMove, type TransferTables } from './export-rows.js';
import { holdTenant, leaseVersion } from './hold-tenant.js';
import { RowImport } from './import-rows.js';
import { readHeader, verifyFile } from './read-transfer.js';
import { headerOf, type TransferHeader } from './transfer-format.js';
import { requireIntact, transferText } from './write-transfer.js';

const ofNoTenant = [requestsPartition, schemaPartition, installationName];

const someWritten =
  'The file changed during the import. Delete the rows of the tenant in the target, and import again.';

/** Moves the rows of a storage. */
export class StorageTransfer implements RowTransfer {
  readonly #tables: TransferTables;
  readonly #settings: LeaseSettings;

  /**
   * @param data findings and scans
   * @param state the account with the state of the remediator, where this process can use it
   * @param program the version of the program
   */
  constructor(
    private readonly data: Storage,
    state: Storage | undefined,
    clock: Pick<Clock, 'now'>,
    private readonly program: string,
  ) {
    this.#tables = {
      findings: data.findings,
      scans: data.scans,
      ...(state && { remediatorState: state.remediatorState }),
    };
    this.#settings = { now: () => clock.now(), seconds: leaseSeconds };
  }

  async tenants(): Promise<string[]> {
    const ids = new Set<string>();
    for await (const key of partitionKeys(this.#tables.scans)) ids.add(key);
    // `<tenant>_<rule>`; any other partition is of no tenant.
    for await (const key of partitionKeys(this.#tables.findings))
      if (key.includes('_')) ids.add(key.split('_', 1)[0] ?? '');
    return [...ids].filter((id) => !ofNoTenant.includes(id)).sort();
  }

  async hold(tenantId: string): Promise<TransferLease> {
    const { scans } = this.#tables;
    const version = await leaseVersion(scans, tenantId, this.#settings);
    return holdTenant(scans, tenantId, 'export', this.#settings, version);
  }

  export(request: ExportRequest, onEnd: (report: ExportReport) => void): AsyncIterable<string> {
    const { tenantIds, at, withBrokenTrail } = request;
    let author: Promise<string> | undefined;
    const move: RowMove = {
      at,
      author: () => {
        author ??= request.author();
        return author;
      },
      withdrawn: 0,
      stopped: 0,
    };
    const header = headerOf({ program: this.program, exportedAt: at, tenantIds });
    const rows = exportedRows(this.#tables, tenantIds, move);
    return transferText(header, rows, withBrokenTrail, (report) => {
      const { withdrawn, stopped } = move;
      onEnd({ ...report, withdrawn, stopped, hasRemediatorState: this.#tables.remediatorState !== undefined });
    });
  }

  async examine(
    file: string,
    { expected, withBrokenTrail, signal }: Parameters<RowTransfer['examine']>[1],
  ): Promise<Incoming> {
    const header = await readHeader(file, signal);
    const { tenantIds } = header;
    const { scans } = this.#tables;
    const versions = new Map<string, string | undefined>();
    requireExpected(tenantIds, expected);
    for (const id of tenantIds) versions.set(id, await leaseVersion(scans, id, this.#settings));
    const comparison = new FileComparison(this.#tables);
    const verified = await verifyFile(file, header, (row) => comparison.add(row), signal);
    requireIntact(verified.faults, withBrokenTrail);
    await comparison.end(tenantIds, this.data.place);
    const { ownPauses } = comparison;
    return {
      tenantIds,
      hold: (tenantId) => holdTenant(scans, tenantId, 'import', this.#settings, versions.get(tenantId)),
      write: async (stop) => {
        const rows = new RowImport(this.#tables, ownPauses);
        try {
          // Each row is checked again: the file may have changed since.
          const written = await verifyFile(file, header, (row) => rows.add(row), stop, someWritten);
          await rows.end();
          if (written.sha256 !== verified.sha256) throw changedFile(file);
          return { ...written, ...rows.counts, ...factsOf(header), ownPauses };
        } catch (error) {
          await rows.abandon();
          throw error;
        }
      },
    };
  }
}

function factsOf({
  tenantIds,
  exportedAt,
  program,
}: TransferHeader): Pick<ImportReport, 'tenantIds' | 'exportedAt' | 'program'> {
  return { tenantIds, exportedAt, program };
}

function requireExpected(tenantIds: readonly string[], expected: readonly string[]): void {
  const other = tenantIds.filter((id) => !expected.includes(id));
  if (expected.length === 0 || other.length === 0) return;
  throw new ConsentinelError(
    'transfer-refused',
    `The file has rows of tenants that are not in TENANT_ID or TENANT_IDS: ${other.join(', ')}.`,
    'Nothing was written. Export with --tenant, or set TENANT_ID to the tenant of the file.',
  );
}

function changedFile(file: string): ConsentinelError {
  return new ConsentinelError(
    'transfer-refused',
    `${file} changed during the import.`,
    'Delete the rows of the tenant in the target, and import again.',
  );
}
