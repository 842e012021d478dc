import { createHash } from 'node:crypto';
import type { Manual, Remediation } from '../remediation/remediation.js';
import type { Evidence, Severity, Subject } from '../rule/violation.js';

/** What is stored. That an open finding is *new* follows from the scans (`viewStatus`); it is not a state of its own. */
export const findingStatuses = ['open', 'suppressed', 'resolved'] as const;
export type FindingStatus = (typeof findingStatuses)[number];

export const viewStatuses = ['new', ...findingStatuses] as const;
export type ViewStatus = (typeof viewStatuses)[number];

/** A person's word that a finding may stand for a while. */
export interface Suppression {
  reason: string;
  /** The signed-in principal. */
  author: string;
  suppressedAt: string;
  /** ISO 8601 UTC; mandatory, a suppression without an end is a hole. */
  until: string;
}

/** A violation with an identity and a life. */
export interface Finding {
  /** 16 hexadecimal digits, the same for ever for one tenant, rule, object and key (`findingId`). */
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
  /** The beginning of the present life, and the scan that saw it. */
  appearedAt: string;
  appearedIn: string;
  changedAt: string;
  resolvedAt?: string;
  /** How often it has appeared: 2 is a finding that came back. */
  life: number;
  suppression?: Suppression;
  /** The plan that would end it, where a rule offers one. */
  remediation?: Remediation;
  /** Why there is no plan, and what a person can do. */
  manual?: Manual;
}

/**
 * The status a person is shown: an open finding is *new* while the latest finished scan is the one that reports it.
 * @param since `since` of the latest finished scan
 */
export function viewStatus(finding: Pick<Finding, 'status' | 'appearedAt'>, since: string | undefined): ViewStatus {
  return finding.status === 'open' && since !== undefined && finding.appearedAt >= since ? 'new' : finding.status;
}

/** What a scan saw: a violation on a named object of a tenant. */
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
 * A digest of what a scan saw, to tell in a few bytes whether a finding differs from what is stored.
 * @returns 16 hexadecimal digits
 */
export function fingerprint({ severity, appId, displayName, message, evidence }: Observed | Finding): string {
  const facts = Object.keys(evidence)
    .sort()
    .map((name) => [name, evidence[name]]);
  const text = JSON.stringify([severity, appId, displayName, message, facts]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The form of a finding's id, and of a remediation's, as the source of a regular expression. */
export const findingIdSource = '[0-9a-f]{16}';
export const findingIdPattern = new RegExp(`^${findingIdSource}$`);

/** Whether a value from outside has the form of a finding's id. */
export function isFindingId(value: unknown): value is string {
  return typeof value === 'string' && findingIdPattern.test(value);
}

/**
 * The identity of a finding. Semantic on purpose: texts, severity and evidence may change without making a new finding.
 * @param of tenant id, rule id, object id and key
 * @returns 16 hexadecimal digits
 */
export function findingId(of: Pick<Finding, 'tenantId' | 'ruleId' | 'objectId' | 'key'>): string {
  const name = [of.tenantId, of.ruleId, of.objectId, of.key].join('\n').toLowerCase();
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}
