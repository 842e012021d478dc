import type { Config } from '../config.js';
import type { CallOptions } from '../graph/http/send.js';
import type { DirectorySettings } from '../graph/reads/directory.js';
import type { HealthContext } from '../jobs/doctor/health.js';
import type { Clock, Outbox, RowTransfer, ScanStore } from '../jobs/ports/index.js';
import type { Patience } from '../jobs/remediation/remediation-context.js';
import type { CatchUpContext } from '../jobs/scan/catch-up.js';
import type { CheckpointSettings } from '../jobs/scan/checkpoint/checkpoint-settings.js';
import type { Telemetry } from '../jobs/telemetry/telemetry.js';
import type { KeyReadingLimits } from '../model/scan/key-reading.js';
import type { TenantSettings } from '../model/tenant/tenant-choice.js';
import type { StorageTimeouts } from '../storage/azure/timeouts.js';
import type { ReviewContext, Runtime } from './capabilities.js';

/** All tenants of an installation; they share storage, settings and rules. */
export interface Installation {
  readonly tenants: TenantSettings;
  /** The settings of the review page. */
  readonly page: Config['page'];
  readonly telemetry: Telemetry;
  /**
   * The runtime of a tenant, created without a request to storage or Graph, and kept while it is used.
   * @throws ConsentinelError `usage-invalid` where the tenant is not one of the installation, or none of several is named
   */
  runtime(tenantId?: string): Runtime;
  /** The runtime of the tenant in a message; where there is one tenant, the runtime of that one. @throws as `runtime` */
  runtimeFor(message: unknown): Runtime;
  /** Requests the nightly scans. */
  nightlyScan(): { readonly outbox: Outbox; readonly clock: Clock; readonly scans: ScanStore };
  /** Requests scans that are missed. */
  catchUp(): CatchUpContext;
  /** Examines the health of the installation. */
  health(): HealthContext & { readonly clock: Clock };
  /** Shows the pages of several tenants. */
  tenantsReview(): TenantsReviewContext;
  /** Moves rows between storages. Only the command line does. */
  transfer(): RowTransfer;
  close(): Promise<void>;
}

/** What the review page of several tenants works with. */
export interface TenantsReviewContext {
  readonly config: Pick<Config, 'tenants'>;
  readonly scans: ScanStore;
  readonly clock: Clock;
  /** @throws as `Installation.runtime` */
  runtime(tenantId: string): ReviewContext;
}

export interface RuntimeOptions {
  /** The time limit of a scan where SCAN_DEADLINE_MINUTES is not set; none if it is undefined. */
  readonly scanDeadlineMinutes?: number;
  /** Before the name of every table and queue. */
  readonly tablePrefix?: string;
  readonly patience?: Patience;
  /** The folder of the key file that signs approvals on a laptop. @default .consentinel */
  readonly approvalKeyFolder?: string;
  /** Timeouts, retries and page size of the calls to Graph. @default those of `CallOptions` */
  readonly graphCalls?: CallOptions & Pick<DirectorySettings, 'pageSize'>;
  /** @default defaultCheckpoints */
  readonly checkpoints?: Partial<CheckpointSettings>;
  /** When scans list the holders of key credentials apart. */
  readonly keyReading?: KeyReadingLimits;
  /** @default those of `storage/timeouts.ts` */
  readonly storageTimeouts?: StorageTimeouts;
  /** The folder of the storage where no account is configured. A function app has none. */
  readonly storageFolder?: string;
  /** Called with one line, for a user who waits. */
  readonly onNotice?: (line: string) => void;
  /** The file of the audit anchors, where the storage is embedded. */
  readonly anchorFile?: string;
  /** Does not create missing tables and queues: an examination must start without storage too. */
  readonly unprepared?: boolean;
}

/** Environment variables: those of the process, or those of a test. */
export type Variables = Readonly<Record<string, string | undefined>>;
