import type { FirstPartySettings } from '../../model/entra/first-party.js';
import type { RemedyOptions } from '../../model/rule/remedy.js';
import type { Rule } from '../../model/rule/rule.js';
import type { AlertChannel, Clock, Directory, FindingStore, Outbox, ScanStore } from '../ports/index.js';
import type { ScanTrace, Telemetry } from '../telemetry/telemetry.js';
import type { ScanRecord } from './scan-record.js';

/** The settings of a scan. */
export interface ScanSettings {
  readonly firstParty?: FirstPartySettings;
  /** 0 to 100, the setting MAX_RESOLVED_PERCENT. */
  readonly maxResolvedPercent: number;
  /** How long resolved findings and scans are kept; the setting RETENTION_DAYS. */
  readonly retentionDays: number;
}

/** What a scan works with. */
export interface ScanContext {
  readonly directory: Directory;
  readonly findings: FindingStore;
  readonly scans: ScanStore;
  readonly clock: Clock;
  readonly rules: readonly Rule[];
  readonly settings: ScanSettings;
  readonly remedyOptions: RemedyOptions;
  readonly outbox: Outbox;
  /** Who is told; only whether there is anybody matters to a scan. */
  readonly channels: readonly AlertChannel[];
  readonly telemetry: Telemetry;
  /** The tenant, where the settings tell it: then a scan that Graph refuses from the start is kept and told too. */
  readonly knownTenantId?: string;
}

/** How far a scan is. */
export interface ScanProgress {
  readonly stage: 'servicePrincipals' | 'applications';
  /** Objects read so far, of both kinds. */
  readonly objects: number;
  readonly pages: number;
  /** Objects of both kinds in the tenant, where Graph says. */
  readonly total: number | undefined;
}

export interface ScanRequest {
  /** Given by whoever may ask twice for one scan (a queue delivers at least once); made up otherwise. */
  readonly scanId?: string;
  readonly requestedBy: string;
  readonly signal?: AbortSignal;
  /** Called after every page; where it is given, Graph is asked for the number of objects too. */
  readonly onProgress?: (progress: ScanProgress) => void;
  /**
   * Called when the scan has ended and its alert could not be requested, because the queue does not answer. The alert is
   * owed then: the one of the next scan covers it. What this throws, the scan throws.
   */
  readonly onAlertOwed?: (error: unknown) => void;
}

/** A scan that holds the lease of its tenant. */
export interface ScanUnderWay {
  /** Its directory and findings tell the trace what they do. */
  readonly context: ScanContext;
  readonly trace: ScanTrace;
  readonly record: ScanRecord;
  readonly onProgress: ScanRequest['onProgress'];
  readonly signal: AbortSignal;
}
