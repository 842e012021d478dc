import { shortText } from '../model/alerts/alert-text.js';
import type { Digest } from '../model/alerts/digest.js';
import { type SectionName, sectionNames } from '../model/alerts/news.js';
import type { Section } from '../model/alerts/section.js';
import { type Severity, severities } from '../model/rule/violation.js';
import { isSentinelRun } from '../model/scan/sentinel-id.js';
import { formatNumber, minuteOf, quantity } from '../model/text/format.js';

/** The part of the title for each section. */
const titleParts: Readonly<Record<SectionName, (section: Section) => string>> = {
  new: (section) => `${quantity(section.total, 'new finding')}: ${countsOf(section.bySeverity)}`,
  cameBack: (section) => `${quantity(section.total, 'finding')} reappeared: ${countsOf(section.bySeverity)}`,
  failed: ({ total }) => `${quantity(total, 'remediation')} failed`,
  approvals: ({ total }) => `${quantity(total, 'plan')} ${total === 1 ? 'needs' : 'need'} a decision`,
  expiringApprovals: ({ total }) => `${quantity(total, 'approval')} ${total === 1 ? 'expires' : 'expire'} soon`,
  expiringSuppressions: ({ total }) => `${quantity(total, 'suppression')} ${total === 1 ? 'expires' : 'expire'} soon`,
  applied: ({ total }) => `${quantity(total, 'remediation')} applied and verified`,
  resolved: ({ total }) => `${quantity(total, 'finding')} resolved`,
};

const labels: Readonly<Record<SectionName, string>> = {
  new: 'New findings',
  cameBack: 'Reappeared findings',
  failed: 'Failed remediations',
  approvals: 'Plans that need a decision',
  expiringApprovals: 'Approvals that expire soon',
  expiringSuppressions: 'Suppressions that expire soon',
  applied: 'Remediations applied and verified',
  resolved: 'Resolved findings',
};

const shownTitleParts = 3;

/** The title of an alert: one line with the news and the counts by severity. */
export function titleOf(digest: Digest): string {
  if (digest.kind === 'test') return 'TEST: sample alert from Consentinel. No action is needed.';
  const { scan, sections } = digest;
  if (scan.status === 'failed') return 'The scan failed. No result for this night.';
  const parts = filledSections(digest)
    .slice(0, shownTitleParts)
    .map((name) => titleParts[name](sections[name]));
  if (scan.status === 'incomplete')
    parts.unshift(isSentinelRun(scan) ? 'The run of the sentinel is incomplete' : 'The scan is incomplete');
  else if (digest.recovered) parts.unshift('The scan is complete again');
  if (parts.length > 0) return parts.join('; ');
  return digest.kind === 'summary' ? 'Weekly summary: no changes' : quantity(warningsOf(digest).length, 'warning');
}

/** The sections that contain findings, the most urgent first. */
export function filledSections({ sections }: Pick<Digest, 'sections'>): SectionName[] {
  return sectionNames.filter((name) => sections[name].total > 0);
}

/** The heading of a section; undefined where it is the only one, because the title says the same. */
export function headingOf(digest: Digest, name: SectionName): string | undefined {
  if (digest.kind !== 'test' && filledSections(digest).length === 1) return undefined;
  return `${labels[name]} (${formatNumber(digest.sections[name].total)})`;
}

/** The tenant of an alert by its name from the directory; with its id where there are several tenants. */
export function tenantLabel({ tenant, tenantId, severalTenants }: Digest): string {
  if (tenant === tenantId) return tenantId;
  return severalTenants ? `${shortText(tenant, 60)} (${tenantId})` : shortText(tenant, 60);
}

/**
 * Problems of the scan, of an earlier alert, or of a queue: one or two sentences each.
 * @param longest characters of a reason
 */
export function warningsOf({ scan, warnings }: Digest, longest = 300): string[] {
  const what = {
    failed: 'The scan failed. The findings are those of an earlier scan.',
    incomplete: isSentinelRun(scan)
      ? 'The run of the sentinel did not examine everything.'
      : 'The scan did not examine everything. Findings on objects that it did not examine stay open.',
  };
  const status = scan.status === 'failed' || scan.status === 'incomplete' ? [what[scan.status]] : [];
  const held = scan.heldBack > 0 ? [`The safety limit stopped ${quantity(scan.heldBack, 'resolution')}.`] : [];
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

/** A fact of the tenant in words of the program: its name and its value. */
export interface Fact {
  readonly title: string;
  readonly value: string;
}

/** The new and open findings by severity, the plans, the suppressions, and the time of the scan. */
export function factsOf({ scan, sections, totals, belowFloor }: Digest): Fact[] {
  const appeared = (severity: Severity) => sections.new.bySeverity[severity] + sections.cameBack.bySeverity[severity];
  const rows = descending
    .filter((severity) => totals.open[severity] + appeared(severity) > 0)
    .map((severity) => {
      const news = appeared(severity) > 0 ? `, ${formatNumber(appeared(severity))} of them new` : '';
      return { title: capitalized[severity], value: `${formatNumber(totals.open[severity])} open${news}` };
    });
  return [
    ...(rows.length > 0 ? rows : [{ title: 'Open findings', value: 'none' }]),
    ...(totals.pendingPlans > 0 ? [{ title: 'Decision needed', value: quantity(totals.pendingPlans, 'plan') }] : []),
    ...(totals.suppressed > 0 ? [{ title: 'Suppressed', value: quantity(totals.suppressed, 'finding') }] : []),
    ...(belowFloor > 0 ? [{ title: 'Below the minimum severity', value: quantity(belowFloor, 'change') }] : []),
    { title: isSentinelRun(scan) ? 'Run of the sentinel' : 'Scan', value: minuteOf(scan.startedAt) },
  ];
}

/** The facts in one line. */
export function summaryOf(digest: Digest): string {
  return `${factsOf(digest)
    .map(({ title, value }) => `${title}: ${value}`)
    .join('; ')}.`;
}

const descending: readonly Severity[] = [...severities].reverse();
const capitalized: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
};

/** Counts by severity: `15 high, 24 medium`. */
function countsOf(bySeverity: Readonly<Record<Severity, number>>): string {
  return descending
    .filter((severity) => bySeverity[severity] > 0)
    .map((severity) => `${formatNumber(bySeverity[severity])} ${severity}`)
    .join(', ');
}

/** The number of entries that a shortened list leaves out; undefined where it leaves out none. */
export function moreOf(total: number, listed: number): string | undefined {
  return total > listed ? `and ${formatNumber(total - listed)} more` : undefined;
}
