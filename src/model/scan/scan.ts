import type { Severity } from '../rule/violation.js';
import type { AbandonedMessage, ScanAlerts } from './scan-alerts.js';
import type { ScanStatus } from './scan-status.js';

/** A rule that did not run or is undetermined, and why, in words that an administrator can act on. */
export interface NotExamined {
  ruleId: string;
  reason: string;
  /** The application permission of Microsoft Graph whose grant lets the rule run; absent for another reason. */
  permission?: string;
}

/** An error of a scan: a code of `model/errors.ts`, and a sentence with the remedy. */
export interface ScanError {
  code: string;
  message: string;
}

/** An object that could not be judged, because one of its properties differs from Graph's documentation. */
export interface Undetermined {
  /** Empty for an object without an object id. */
  objectId: string;
  /** The kind and name in words; untrusted text. */
  object: string;
  property: string;
}

/** The numbers of findings by severity after a scan. */
export interface SeverityCounts {
  /** Open findings, without suppressed ones. */
  open: Record<Severity, number>;
  /** The findings that this scan resolved. */
  resolved: Record<Severity, number>;
}

/** What a run of the sentinel read, and what the next run continues from. */
export interface SentinelRun {
  /** The listings of the objects that hold a key credential; absent if this run did not list them. */
  listed?: { readonly applications: number; readonly servicePrincipals: number };
  /** The last time that the objects were listed completely, by this run or an earlier one, ISO 8601 UTC. */
  listedAt?: string;
  /** What it read of the audit log; absent if it did not read it. */
  audit?: { readonly since: string; readonly entries: number; readonly objects: number };
  /** The next run reads the audit log from here, with an overlap, ISO 8601 UTC; absent if it was never read. */
  position?: string;
  /** The apps that it read directly and judged. */
  apps: number;
  /** Whether it has findings that an alert must report. */
  hasNews: boolean;
}

/** How a scan with DELTA_SCANS read the directory. */
export interface ScanDelta {
  /** Whether it read the changes since an earlier scan; false if it listed all objects. */
  used: boolean;
  /** The number of objects that changed. */
  changes: number;
  /** Why it listed all objects, a sentence. */
  reason?: string;
  /** Why it read all permission grants although it read the changes of the objects, a sentence. */
  grantsReason?: string;
  /**
   * Objects and permission grants that a full listing showed otherwise than the inventory; the next scan decides whether their
   * changes were missed.
   */
  suspected?: number;
  /** Those whose changes the delta queries missed: from this scan on, they are off, for the objects or for the grants. */
  missed?: number;
}

/** One scan of a tenant, or one run of the sentinel. */
export interface Scan {
  id: string;
  /**
   * Present for a run of the sentinel. It is no scan: it resolves nothing, no list of scans contains it, and its
   * `counts` are the objects with key credentials that it read.
   */
  sentinel?: SentinelRun;
  tenantId: string;
  /** The display name of the organization as this scan read it; the id where Graph returns none. */
  tenantName?: string;
  status: ScanStatus;
  /** `timer`, `cli` or `queue`. */
  requestedBy: string;
  startedAt: string;
  /**
   * This scan reports the findings that appeared since then: its own start, or the start of an earlier scan that
   * failed before it could report them.
   */
  since: string;
  finishedAt?: string;
  counts: { applications: number; servicePrincipals: number };
  /** `new` appeared in this scan, `open` before it; this scan resolved `resolved`; `suppressed` are still suppressed. */
  findings: { new: number; open: number; resolved: number; suppressed: number };
  /** The findings by severity; absent until the scan ends, and in scans of earlier versions. */
  bySeverity?: SeverityCounts;
  /** Findings that were created or changed; 0 where nothing changed. */
  writes: number;
  /** Findings that the safety limit kept from being resolved. */
  heldBack: number;
  pages: number;
  requests: number;
  retries: number;
  /** How often the scan continued after it had to stop; absent for a scan in one run. */
  continued?: number;
  notExamined: readonly NotExamined[];
  errors: readonly ScanError[];
  /** The objects that were set aside; their findings stay as they are. */
  undetermined: readonly Undetermined[];
  /** Facts that an administrator should know, one sentence each. They do not make a scan incomplete. */
  notes: string[];
  /** Absent without DELTA_SCANS. */
  delta?: ScanDelta;
  /** What its audit anchor records; absent if none was written. */
  anchor?: { readonly hash: string; readonly chains: number; readonly events: number };
  /** The notes that the next alert reports too. */
  warnings?: readonly string[];
  /** The deliveries of its alert; absent until the alert is processed. */
  alerts?: ScanAlerts;
  /** Messages that were abandoned since it ended: the next alert and the review page report them. */
  givenUp?: readonly AbandonedMessage[];
}

/** A scan without any counts yet. @param begun its identity and start */
export function blankScan(
  begun: Pick<Scan, 'id' | 'tenantId' | 'requestedBy' | 'startedAt' | 'since' | 'status'>,
): Scan {
  return {
    ...begun,
    counts: { applications: 0, servicePrincipals: 0 },
    findings: { new: 0, open: 0, resolved: 0, suppressed: 0 },
    writes: 0,
    heldBack: 0,
    pages: 0,
    requests: 0,
    retries: 0,
    notExamined: [],
    errors: [],
    undetermined: [],
    notes: [],
  };
}
