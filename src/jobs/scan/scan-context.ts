import type { RemedyOptions } from '../../model/rule/remedy.js';
import type { Rule } from '../../model/rule/rule.js';
import type { KeyReadingLimits } from '../../model/scan/key-reading.js';
import type { Scan } from '../../model/scan/scan.js';
import type { RuleSettings } from '../../model/tenant/tenant.js';
import type {
  AlertChannel,
  AnchorStore,
  Clock,
  Directory,
  EvidenceStore,
  FindingStore,
  InventoryStore,
  Outbox,
  ScanStore,
} from '../ports/index.js';
import type { ScanTrace, Telemetry } from '../telemetry/telemetry.js';
import type { CheckpointSettings } from './checkpoint/checkpoint-settings.js';
import type { ScanCheckpoint } from './checkpoint/scan-checkpoint.js';
import type { Deadline } from './deadline.js';
import type { Listings } from './listings.js';
import type { ScanRecord } from './scan-record.js';

/** The settings of a scan. */
export interface ScanSettings extends RuleSettings {
  /** 0 to 100, the setting MAX_RESOLVED_PERCENT. */
  readonly maxResolvedPercent: number;
  /** The time limit of a scan, the setting SCAN_DEADLINE_MINUTES; none if it is undefined. */
  readonly deadlineMinutes?: number;
  /** Whether scans read the changes since the last scan where they can; the setting DELTA_SCANS. */
  readonly deltaScans?: boolean;
  /** How long resolved findings and scans are kept; the setting RETENTION_DAYS. */
  readonly retentionDays: number;
}

/** What a scan works with. */
export interface ScanContext {
  readonly directory: Directory;
  readonly findings: FindingStore;
  readonly scans: ScanStore;
  /** Where the evidence about apps with findings is kept; without it none is gathered. */
  readonly evidence?: EvidenceStore;
  readonly clock: Clock;
  readonly rules: readonly Rule[];
  readonly settings: ScanSettings;
  readonly remedyOptions: RemedyOptions;
  readonly outbox: Outbox;
  /** The channels for alerts; a scan requests an alert only if there is a channel. */
  readonly channels: readonly AlertChannel[];
  readonly telemetry: Telemetry;
  /** Where the state of the audit chains is anchored; undefined if the installation has no place for it. */
  readonly anchors?: AnchorStore;
  /**
   * Where checkpoints and the objects for delta queries are stored. Without it, a scan that was stopped starts over, and every
   * scan lists all objects.
   */
  readonly inventory?: InventoryStore;
  /** @default defaultCheckpoints */
  readonly checkpoints?: Partial<CheckpointSettings>;
  /** When a scan lists the holders of key credentials apart. @default keyReadingLimits */
  readonly keyReading?: KeyReadingLimits;
  /**
   * Called before the scan takes the first object, with the number of objects of both kinds; undefined if Graph does not
   * return counts.
   */
  readonly onCounted?: (objects: number | undefined) => void;
  /**
   * The tenant, if the settings name it: then a scan that cannot read anything from Graph is stored and reported too.
   */
  readonly knownTenantId?: string;
}

/** The progress of a scan. */
export interface ScanProgress {
  readonly stage: 'servicePrincipals' | 'applications';
  /** The objects of both kinds that were read so far. */
  readonly objects: number;
  readonly pages: number;
  /** The objects of both kinds in the tenant; undefined if Graph does not return counts. */
  readonly total: number | undefined;
}

export interface ScanRequest {
  /** Given if the same scan may be requested twice (a queue delivers at least once); generated otherwise. */
  readonly scanId?: string;
  readonly requestedBy: string;
  readonly signal?: AbortSignal;
  /** Delete what is stored for delta queries before the scan: it lists all objects, and later scans try delta queries again. */
  readonly resetDelta?: boolean;
  /** Called after every page. */
  readonly onProgress?: (progress: ScanProgress) => void;
  /**
   * Called when the scan has ended and its alert could not be requested, because the queue does not answer. The alert is
   * owed then: the one of the next scan covers it. What this throws, the scan throws.
   */
  readonly onAlertOwed?: (error: unknown) => void;
  /** Called when this call has run the scan to its end and stored it, before the alert is requested. */
  readonly onEnded?: (scan: Scan) => void;
  /**
   * Whether the caller continues a scan that had to stop: at its deadline, or because it was aborted. `scanTenant` then
   * returns a scan that is `running`. Without it, such a scan ends.
   */
  readonly continues?: boolean;
}

/** A scan that holds the lease of its tenant. */
export interface ScanUnderWay {
  /** Its directory and findings report to the trace. */
  readonly context: ScanContext;
  readonly trace: ScanTrace;
  readonly record: ScanRecord;
  readonly listings: Listings;
  /** Whether the scan before this one used DELTA_SCANS. */
  readonly deltaWasOn: boolean;
  readonly checkpoint?: ScanCheckpoint | undefined;
  /** Whether the scan continues later if it reaches its deadline while it lists objects. */
  readonly continues: boolean;
  readonly onProgress: ScanRequest['onProgress'];
  readonly deadline: Deadline;
  /** For requests to Graph: aborts at the deadline, and when the scan is aborted. */
  readonly signal: AbortSignal;
}
