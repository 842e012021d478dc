import type { Config } from '../config.js';
import type { AlertContext } from '../jobs/alerts/send-alerts.js';
import type { DiagnoseContext } from '../jobs/diagnosis/diagnose-context.js';
import type { DoctorContext } from '../jobs/doctor/doctor.js';
import type { Clock, Directory, Inbox, Outbox, ScanStore } from '../jobs/ports/index.js';
import type { Patience, RemediationContext } from '../jobs/remediation/remediation-context.js';
import type { ScanContext } from '../jobs/scan/scan-context.js';
import type { Telemetry } from '../jobs/telemetry/telemetry.js';

/** Everything the ways in work with for one tenant, wired to the real clients. */
export interface Runtime extends ScanContext, AlertContext {
  readonly config: Config;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly approvalTtlDays: number;
  /** Why nothing can ever be approved in this tenant. */
  readonly readOnly?: string;
  /** What a diagnosis of one app looks with. */
  readonly diagnosis: DiagnoseContext;
  /** What remediations are carried out with; asks Graph whose tenant it is. */
  remediation(): Promise<RemediationContext & { readonly outbox: Outbox }>;
  /** What an examination of the installation looks at. */
  doctor(): Promise<DoctorContext>;
  /** Who is signed in, for decisions on the command line. */
  author(): Promise<string>;
  /** The tenant at work: the one that is set, else the only one in storage, else the one that Graph names. */
  tenantId(): Promise<string>;
  /** Where there are several tenants. */
  readonly installation: Installation;
  close(): Promise<void>;
}

/** All tenants of an installation; they share storage, settings and rules. */
export interface Installation {
  readonly config: Config;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly scans: ScanStore;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /**
   * The runtime of a tenant, made once; it asks neither storage nor Graph.
   * @throws ConsentinelError `usage-invalid` where it is none of the installation, or must be named
   */
  runtime(tenantId?: string): Runtime;
  /** The runtime of the tenant that a message is about; where there is one tenant, that one's. @throws as `runtime` */
  runtimeFor(message: unknown): Runtime;
  close(): Promise<void>;
}

export interface RuntimeOptions {
  /** The time limit of a scan where SCAN_DEADLINE_MINUTES is not set; none if it is undefined. */
  readonly scanDeadlineMinutes?: number;
  /** Before the name of every table and queue. */
  readonly tablePrefix?: string;
  readonly patience?: Patience;
  /** Leaves tables and queues as they are: whoever examines an installation wants it to begin even without storage. */
  readonly unprepared?: boolean;
}

/** An environment: the process's, or a test's. */
export type Variables = Readonly<Record<string, string | undefined>>;
