import type { Lease } from './storage.js';

/** The number of moved rows of a tenant, by kind. */
export interface MovedRows {
  readonly findings: number;
  readonly events: number;
  readonly scans: number;
  readonly evidence: number;
  /** Used approvals and the budget of the remediator. */
  readonly remediator: number;
}

/** What a file contains. */
export interface TransferReport {
  /** The rows of the file. */
  readonly rows: number;
  /** Of the lines before the last one, 64 hexadecimal digits. */
  readonly sha256: string;
  /** By tenant. The rows of `installation` are the pauses, which concern all tenants. */
  readonly tenants: Readonly<Record<string, MovedRows>>;
  /** The broken audit chains, a sentence each. */
  readonly faults: readonly string[];
}

export interface ExportReport extends TransferReport {
  /** The plans whose approvals ended, because they are not valid in another installation. */
  readonly withdrawn: number;
  /** The scans that had no end. */
  readonly stopped: number;
  /** Whether the state of the remediator was read: it can be in an account of its own. */
  readonly hasRemediatorState: boolean;
}

export interface ExportRequest {
  readonly tenantIds: readonly string[];
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Who exports: the author of the event that ends an approval. */
  author(): Promise<string>;
  /** Exports a broken audit chain as it is. */
  readonly withBrokenTrail: boolean;
}

export interface ImportReport extends TransferReport {
  readonly tenantIds: readonly string[];
  /** When and by which version the file was written. */
  readonly exportedAt: string;
  readonly program: string;
  readonly written: number;
  /** The rows that the target had already, from an import that was interrupted. */
  readonly present: number;
  /** Whether the pauses of the file were left out, because the target has its own. */
  readonly ownPauses: boolean;
  /** The rows of the remediator's state that were left out, because its account cannot be used here. */
  readonly withoutState: number;
}

/** A lease that `release` ends without a scan. */
export interface TransferLease extends Lease {
  release(): Promise<void>;
}

/** A file that was verified as a whole, and compared with the target. Nothing is written yet. */
export interface Incoming {
  readonly tenantIds: readonly string[];
  /** Takes the lease of a tenant, unless another process had it since the comparison. @throws as `RowTransfer.hold` */
  hold(tenantId: string): Promise<TransferLease>;
  /** Writes the missing rows. @throws ConsentinelError `transfer-refused` for a row that another process wrote */
  write(signal: AbortSignal): Promise<ImportReport>;
}

/** Moves rows between storages, through a file. */
export interface RowTransfer {
  /** The tenants with scans or findings. */
  tenants(): Promise<string[]>;
  /**
   * Takes the lease of a tenant, so that no scan changes its rows.
   * @throws ConsentinelError `scan-in-progress`, `lease-lost`
   */
  hold(tenantId: string): Promise<TransferLease>;
  /**
   * The text of a file, in chunks.
   * @param onEnd called before the last chunk
   * @throws ConsentinelError `transfer-refused` for a broken audit chain, or a remediation in progress
   */
  export(request: ExportRequest, onEnd: (report: ExportReport) => void): AsyncIterable<string>;
  /**
   * Verifies a whole file, and compares it with the target. It writes nothing.
   * @param expected the tenants of this installation; empty where the settings name none
   * @throws ConsentinelError `transfer-refused`; the message names the line or the row
   */
  examine(
    file: string,
    options: { readonly expected: readonly string[]; readonly withBrokenTrail: boolean; readonly signal: AbortSignal },
  ): Promise<Incoming>;
}
