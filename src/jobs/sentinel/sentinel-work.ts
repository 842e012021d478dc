import type { Finding } from '../../model/finding/finding.js';
import type { Organization } from '../../model/tenant/tenant.js';
import type { Deadline } from '../scan/deadline.js';
import type { ScanContext } from '../scan/scan-context.js';
import type { ScanRecord } from '../scan/scan-record.js';

/** A run of the sentinel that holds the lease of its tenant. */
export interface SentinelWork {
  readonly context: ScanContext;
  readonly record: ScanRecord;
  readonly organization: Organization;
  readonly deadline: Deadline;
  /** For requests to Graph: aborts at the deadline, and when the run is aborted. */
  readonly signal: AbortSignal;
  /** The findings that the run saw, by id, as they are stored now. */
  readonly seen: Map<string, Finding>;
}
