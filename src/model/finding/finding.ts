import { createHash } from 'node:crypto';
import type { Affected } from '../evidence/affected.js';
import type { Change } from '../evidence/change.js';
import type { Failing } from '../evidence/failing.js';
import type { Manual, Remediation } from '../remediation/remediation.js';
import type { Evidence, Severity, Subject } from '../rule/violation.js';

/** The stored statuses. `new` is not stored: it follows from the scans (`viewStatus`). */
export const findingStatuses = ['open', 'suppressed', 'resolved'] as const;
export type FindingStatus = (typeof findingStatuses)[number];

export const viewStatuses = ['new', ...findingStatuses] as const;
export type ViewStatus = (typeof viewStatuses)[number];

/** A person's decision to ignore a finding until a date. */
export interface Suppression {
  reason: string;
  /** The signed-in principal. */
  author: string;
  suppressedAt: string;
  /** ISO 8601 UTC; every suppression has an end date. */
  until: string;
}

/** A violation with an identity, followed from scan to scan. */
export interface Finding {
  /** 16 hexadecimal digits, always the same for one tenant, rule, object and key (`findingId`). */
  id: string;
  tenantId: string;
  ruleId: string;
  severity: Severity;
  status: FindingStatus;
  on: Subject;
  objectId: string;
  /** Empty for a finding on the tenant. */
  appId: string;
  displayName: string;
  /** Empty where the rule finds at most one violation on an object. */
  key: string;
  message: string;
  evidence: Evidence;
  /** When the present occurrence began, and the scan that found it. */
  appearedAt: string;
  appearedIn: string;
  changedAt: string;
  resolvedAt?: string;
  /** The number of the present occurrence: 2 for a finding that reappeared once. */
  life: number;
  suppression?: Suppression;
  /** The person who takes care of it: a name or a user principal name, as another person entered it. */
  assignee?: string;
  /** The plan that would resolve it, where the rule has a remedy. */
  remediation?: Remediation;
  /** Why there is no plan, and the manual steps. */
  manual?: Manual;
  /** Failed sign-ins that the rule explains. This member and the next two are not part of the row: `evidenceOf` adds them. */
  failing?: Failing;
  /** Who and what depends on the app. */
  affected?: Affected;
  /** Who added the key, the credential or the policy. */
  change?: Change;
}

/**
 * The status that is shown: an open finding is `new` while the latest finished scan is the one that reports it.
 * @param since `since` of the latest finished scan
 */
export function viewStatus(finding: Pick<Finding, 'status' | 'appearedAt'>, since: string | undefined): ViewStatus {
  return finding.status === 'open' && since !== undefined && finding.appearedAt >= since ? 'new' : finding.status;
}

/** What a scan observed: a violation on an object of a tenant. */
export type Observed = Pick<
  Finding,
  | 'id'
  | 'tenantId'
  | 'ruleId'
  | 'severity'
  | 'on'
  | 'objectId'
  | 'appId'
  | 'displayName'
  | 'key'
  | 'message'
  | 'evidence'
>;

/**
 * A hash of what a scan observed, to detect in a few bytes whether it differs from the stored finding.
 * @returns 16 hexadecimal digits
 */
export function fingerprint({ severity, appId, displayName, message, evidence }: Observed | Finding): string {
  const facts = Object.keys(evidence)
    .sort()
    .map((name) => [name, evidence[name]]);
  const text = JSON.stringify([severity, appId, displayName, message, facts]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The form of the id of a finding or of a remediation, as the source of a regular expression. */
export const findingIdSource = '[0-9a-f]{16}';
export const findingIdPattern = new RegExp(`^${findingIdSource}$`);

/** Whether an untrusted value has the form of a finding's id. */
export function isFindingId(value: unknown): value is string {
  return typeof value === 'string' && findingIdPattern.test(value);
}

/**
 * The identity of a finding. Texts, severity and evidence are not part of it: they can change without a new finding.
 * @param of tenant id, rule id, object id and key
 * @returns 16 hexadecimal digits
 */
export function findingId(of: Pick<Finding, 'tenantId' | 'ruleId' | 'objectId' | 'key'>): string {
  const name = [of.tenantId, of.ruleId, of.objectId, of.key].join('\n').toLowerCase();
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}
