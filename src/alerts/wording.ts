import { shortText } from '../model/alerts/alert-text.js';
import type { Digest } from '../model/alerts/digest.js';
import { type SectionName, sectionNames } from '../model/alerts/news.js';
import type { Severity } from '../model/rule/violation.js';
import { minuteOf, quantity } from '../model/text/format.js';

/** The heading of each section; `count` comes before it. */
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

/** One line that says what an alert is about. */
export function titleOf(digest: Digest): string {
  if (digest.kind === 'test') return 'TEST: a sample alert of Consentinel, nothing is wrong';
  const { scan, sections } = digest;
  if (scan.status === 'failed') return 'The scan failed: nothing is known about tonight';
  const told = sectionNames.filter((name) => sections[name].total > 0).slice(0, 3);
  const parts = told.map((name) => headings[name](sections[name].total));
  if (scan.status === 'incomplete') parts.unshift('The scan is incomplete');
  else if (digest.recovered) parts.unshift('The scan is complete again');
  if (parts.length === 0) return digest.kind === 'summary' ? 'Weekly summary: nothing has changed' : 'A warning';
  return parts.join(', ');
}

/** Whose alert it is; strangers chose the name. Undefined where there is one tenant only. */
export function tenantLabel({ tenant, tenantId }: Digest): string | undefined {
  if (tenant === undefined || tenant === tenantId) return tenant;
  return `${shortText(tenant, 60)} (${tenantId})`;
}

/** What is wrong with the scan, with an earlier alert, or with a queue; each one sentence or two, cut. */
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

/** When it was, and how the tenant stands. */
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

/** What is said where a list was cut. */
export function moreOf(total: number, listed: number): string | undefined {
  return total > listed ? `and ${(total - listed).toLocaleString('en')} more` : undefined;
}
