import type { Config, ShownSetting } from '../config.js';
import type { AlertContext } from '../jobs/alerts/send-alerts.js';
import type { DiagnoseContext } from '../jobs/diagnosis/diagnose-context.js';
import type { Check } from '../jobs/doctor/check.js';
import type { DoctorContext } from '../jobs/doctor/doctor.js';
import type { HealthContext } from '../jobs/doctor/health.js';
import type { LiveContext } from '../jobs/doctor/live.js';
import type { PoisonContext } from '../jobs/poison/process-poison.js';
import type { AnchorStore, Clock, FindingStore, Inbox, Outbox, ScanStore } from '../jobs/ports/index.js';
import type { DecisionContext } from '../jobs/remediation/approve.js';
import type { PauseDecisionContext } from '../jobs/remediation/pause.js';
import type { ProofContext } from '../jobs/remediation/prove-remedy.js';
import type { RemediationContext, RunLimits } from '../jobs/remediation/remediation-context.js';
import type { OwnScans } from '../jobs/scan/own-scans.js';
import type { ScanContext } from '../jobs/scan/scan-context.js';
import type { Cloud } from '../model/entra/clouds.js';
import type { ApprovalAuthor } from '../model/remediation/approval.js';
import type { Rule } from '../model/rule/rule.js';

/**
 * What the entry points can do with one tenant. Each capability hands out the parts that it needs, wired to the real
 * clients, and no others.
 */
export interface Runtime {
  /** The tenant at work: the tenant of the settings, else the only tenant in storage, else the tenant that Graph names. */
  tenantId(): Promise<string>;
  /** The signed-in principal, for decisions on the command line. */
  author(): Promise<string>;
  /** The signed-in principal with its object id and roles, as an approval names it. */
  approver(): Promise<ApprovalAuthor>;
  /** Where the command line sends decisions; undefined if it decides itself. */
  webDecisions(): WebDecisions | undefined;
  /** Scans the tenant. */
  /** @param options `inBackground`: no person waits for the scan, so its requests have low priority */
  scanContext(options?: {
    readonly inBackground?: boolean;
  }): ScanContext & { readonly ownScans: OwnScans; tenantId(): Promise<string> };
  /** Sends alerts. */
  alerts(): AlertQueue;
  /** Marks what messages in the poison queues asked for. */
  poison(): PoisonContext;
  /** Reads stored findings and scans. */
  records(): Records;
  /** Approves, rejects and suppresses. */
  decisions(): DecisionContext;
  /** Pauses and resumes remediation. */
  pause(): PauseDecisionContext;
  /** Serves the review page. */
  review(): ReviewContext;
  /** Executes remediations. Asks Graph for the tenant. */
  remediation(): Promise<RemediationExecution>;
  /** The queue of approved remediations; undefined where the tenant is read-only. */
  remediationQueue(): RemediationQueue | undefined;
  /** The queues of the embedded storage; undefined with a storage account, whose function apps handle every message. */
  embeddedInbox(): Inbox | undefined;
  /** Diagnoses a failing sign-in. */
  diagnosis(): DiagnoseContext;
  /** Examines the tenant and what it needs. */
  doctor(): Promise<DoctorContext>;
  /** Asks the tenant what the documentation of Graph leaves open. @throws where this app has no such part */
  live(): LiveContext;
  /** Proves the remedy with an application of its own. Asks Graph for the tenant. */
  proof(): Promise<ProofContext>;
  /** Examines the health of the installation. */
  health(): HealthContext & { readonly clock: Clock };
  close(): Promise<void>;
}

/** The review page in Azure, which signs decisions of the command line. */
export interface WebDecisions {
  /** The address of the page of the tenant, without a trailing slash. */
  readonly url: string;
  /**
   * An access token of the signed-in user for the page.
   * @throws ConsentinelError `config-invalid` without WEB_CLIENT_ID, `credential-missing`
   */
  token(signal?: AbortSignal): Promise<string>;
}

/** Alerts of one tenant, and the queue on which alerts of all tenants are requested. */
export interface AlertQueue extends AlertContext {
  readonly inbox: Inbox;
  /** The tenant, where the settings name it. */
  readonly knownTenantId?: string;
  /** The context of the tenant in a message. @throws as `Installation.runtime` */
  contextOf(message: unknown): AlertContext;
}

/** Stored findings and scans. */
export interface Records {
  readonly findings: FindingStore;
  readonly scans: ScanStore;
  readonly clock: Clock;
  readonly cloud: Cloud;
  /** Where the audit chains are anchored, if anywhere. */
  readonly anchors?: AnchorStore;
}

/** What the review page of one tenant works with. */
export interface ReviewContext extends DecisionContext {
  readonly pause: PauseDecisionContext;
  readonly scans: ScanStore;
  readonly rules: readonly Rule[];
  readonly config: Pick<Config, 'cloud' | 'remediation'>;
  readonly diagnosis: DiagnoseContext;
  readonly clock: Clock;
  tenantId(): Promise<string>;
  /** As `doctor`. */
  examine(): Promise<readonly Check[]>;
  readonly settings: readonly ShownSetting[];
}

/** What remediations are executed with, and how many. */
export interface RemediationExecution extends RemediationContext {
  readonly outbox: Outbox;
}

/** The queue of approved remediations, for a process without a Functions host. */
export interface RemediationQueue {
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly limits: RunLimits;
  remediation(): Promise<RemediationExecution>;
}
