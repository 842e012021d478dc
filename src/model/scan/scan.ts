import type { AbandonedMessage, ScanAlerts } from './scan-alerts.js';
import type { ScanStatus } from './scan-status.js';

/** A rule that was not asked, or could not tell, and why, in words an administrator can act on. */
export interface NotExamined {
  ruleId: string;
  reason: string;
}

/** A fault of a scan: a code of `model/errors.ts` and a sentence with the remedy. */
export interface ScanError {
  code: string;
  message: string;
}

/** One look at a whole tenant. */
export interface Scan {
  id: string;
  tenantId: string;
  /** The display name of its organization, as this scan read it; the id where Graph does not tell. */
  tenantName?: string;
  status: ScanStatus;
  /** `timer`, `cli` or `queue`. */
  requestedBy: string;
  startedAt: string;
  /**
   * Findings that appeared since then are this scan's news: its own start, or that of an earlier scan that failed
   * before it could report.
   */
  since: string;
  finishedAt?: string;
  counts: { applications: number; servicePrincipals: number };
  /** `new` appeared in this scan; `open` stood before; `resolved` ended in it; `suppressed` still stand by a person's word. */
  findings: { new: number; open: number; resolved: number; suppressed: number };
  /** Findings that were created or changed; 0 when nothing changed. */
  writes: number;
  /** Findings that would have been resolved but for the brake. */
  heldBack: number;
  pages: number;
  requests: number;
  retries: number;
  notExamined: readonly NotExamined[];
  errors: readonly ScanError[];
  /** What was told of it, and to whom; absent until its alert is taken up. */
  alerts?: ScanAlerts;
  /** Messages that were given up since it ended: the next alert and the page tell of them. */
  givenUp?: readonly AbandonedMessage[];
}

/** A scan that has seen nothing yet; whoever has more to say of it adds that. */
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
  };
}
