import { shortText } from '../model/alerts/alert-text.js';
import type { Digest } from '../model/alerts/digest.js';
import { type SectionName, sectionNames } from '../model/alerts/news.js';
import type { Severity } from '../model/rule/violation.js';
import { minuteOf, quantity } from '../model/text/format.js';

/** The heading of each section, by the number of its findings. */
export const headings: Readonly<Record<SectionName, (count: number) => string>> = {
  new: (n) => quantity(n, 'new finding'),
  cameBack: (n) => `${quantity(n, 'finding')} came back`,
  failed: (n) => `${quantity(n, 'remediation')} failed`,
  approvals: (n) => `${quantity(n, 'plan')} ${n === 1 ? 'waits' : 'wait'} for a decision`,
  expiringApprovals: (n) => `${quantity(n, 'approval')} about to expire`,
  expiringSuppressions: (n) => `${quantity(n, 'suppression')} about to lapse`,
  applied: (n) => `${quantity(n, 'remediation')} applied and verified`,
  resolved: (n) => `${quantity(n, 'finding')} resolved`,
};

/** The title of an alert: one line with the news. */
export function titleOf(digest: Digest): string {
  if (digest.kind === 'test') return 'TEST: a sample alert of Consentinel, nothing is wrong';
  const { scan, sections } = digest;
  if (scan.status === 'failed') return 'The scan failed: nothing is known about tonight';
  const filled = sectionNames.filter((name) => sections[name].total > 0).slice(0, 3);
  const parts = filled.map((name) => headings[name](sections[name].total));
  if (scan.status === 'incomplete') parts.unshift('The scan is incomplete');
  else if (digest.recovered) parts.unshift('The scan is complete again');
  if (parts.length === 0) return digest.kind === 'summary' ? 'Weekly summary: nothing has changed' : 'A warning';
  return parts.join(', ');
}

/** The tenant of an alert, with a name from the directory. Undefined where there is one tenant. */
export function tenantLabel({ tenant, tenantId }: Digest): string | undefined {
  if (tenant === undefined || tenant === tenantId) return tenant;
  return `${shortText(tenant, 60)} (${tenantId})`;
}

/**
 * Problems of the scan, of an earlier alert, or of a queue: one or two sentences each.
 * @param longest characters of a reason
 */
export function warningsOf({ scan, warnings }: Digest, longest = 300): string[] {
  const what = {
    failed: 'The scan failed, so what stands here may be out of date.',
    incomplete: 'The scan did not examine everything. Findings on what it did not examine stay open.',
  };
  const status = scan.status === 'failed' || scan.status === 'incomplete' ? [what[scan.status]] : [];
  const held = scan.heldBack > 0 ? [`The brake held back ${quantity(scan.heldBack, 'resolution')}.`] : [];
  const rules = scan.notExamined.map(({ ruleId, reason }) => `Not examined: ${ruleId}. ${shortText(reason, longest)}`);
  const reasons = new Set(scan.notExamined.map(({ reason }) => reason));
  const errors = scan.errors.filter(({ message }) => !reasons.has(message));
  return [
    ...status,
    ...held,
    ...rules,
    ...errors.map(({ message }) => shortText(message, longest)),
    ...warnings.map((warning) => shortText(warning, longest)),
  ];
}

/** The open findings, waiting plans and suppressions of the tenant, and the time of the scan. */
export function summaryOf({ scan, totals, belowFloor }: Digest): string {
  const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low'];
  const open = severities.filter((severity) => totals.open[severity] > 0);
  const counts = open.map((severity) => `${totals.open[severity].toLocaleString('en')} ${severity}`);
  const parts = [
    `Open: ${counts.join(', ') || 'none'}`,
    totals.pendingPlans > 0 && `${quantity(totals.pendingPlans, 'plan')} waiting for a decision`,
    totals.suppressed > 0 && `${totals.suppressed.toLocaleString('en')} suppressed`,
    belowFloor > 0 && `${quantity(belowFloor, 'change')} below the severity floor`,
  ];
  return `${parts.filter(Boolean).join('; ')}. Scan of ${minuteOf(scan.startedAt)}.`;
}

/** The number of entries that a shortened list leaves out; undefined where it leaves out none. */
export function moreOf(total: number, listed: number): string | undefined {
  return total > listed ? `and ${(total - listed).toLocaleString('en')} more` : undefined;
}
