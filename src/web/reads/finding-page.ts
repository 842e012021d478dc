import { viewStatuses } from '../../model/finding/finding.js';
import { needsDecision } from '../../model/finding/finding-summary.js';
import { type Severity, severities } from '../../model/rule/violation.js';
import type { FindingFilter, SortColumn } from './finding-filter.js';
import { type ListedFinding, type ListFacts, shownProblem, shownStatus } from './listed-finding.js';
import { matchesFilter } from './match-finding.js';

/** One page of the list and the totals. */
export interface FindingListPage {
  readonly rows: readonly ListedFinding[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
}

export const rowsPerPage = 50;

/** All findings that match a filter, in its order. @param findings the most severe first, as the cache returns them */
export function matching(findings: readonly ListedFinding[], filter: FindingFilter, facts: ListFacts): ListedFinding[] {
  const found = findings.filter((finding) => matchesFilter(finding, filter, facts));
  const { sort, descending } = filter;
  if (sort === 'severity') return descending ? found : found.reverse();
  const keyOf = sortKeys(facts)[sort];
  const keyed = found.map((finding) => ({ finding, key: keyOf(finding) }));
  // The sort is stable: findings with equal keys stay in the order of severity.
  keyed.sort((a, b) => (a.key === b.key ? 0 : a.key < b.key !== descending ? -1 : 1));
  return keyed.map(({ finding }) => finding);
}

function sortKeys(facts: ListFacts): Record<Exclude<SortColumn, 'severity'>, (one: ListedFinding) => string | number> {
  return {
    object: ({ displayName }) => displayName.toLowerCase(),
    problem: (finding) => shownProblem(finding, facts).toLowerCase(),
    seen: ({ appearedAt }) => appearedAt,
    failing: ({ failing }) => failing?.count ?? 0,
    state: (finding) => viewStatuses.indexOf(shownStatus(finding, facts)) * 2 + (needsDecision(finding) ? 0 : 1),
  };
}

/** One page of the findings that match a filter. */
export function pageOf(findings: readonly ListedFinding[], filter: FindingFilter, facts: ListFacts): FindingListPage {
  const found = matching(findings, filter, facts);
  const pages = Math.max(1, Math.ceil(found.length / rowsPerPage));
  const page = Math.min(filter.page, pages);
  const rows = found.slice((page - 1) * rowsPerPage, page * rowsPerPage);
  return { rows, total: found.length, page, pages };
}

/** The findings of one problem. */
export interface ProblemGroup {
  readonly ruleId: string;
  readonly problem: string;
  readonly severity: Severity;
  readonly count: number;
  readonly toDecide: number;
  /** The failed sign-ins of all its findings; undefined where no scan has read them. */
  readonly failing: number | undefined;
  /** The earliest time at which one of them appeared. */
  readonly firstSeen: string;
  /** The names of the first objects. */
  readonly names: readonly string[];
}

const namesPerGroup = 3;

/** The findings that match a filter by problem, the most severe first. */
export function groupsOf(findings: readonly ListedFinding[], filter: FindingFilter, facts: ListFacts): ProblemGroup[] {
  const byRule = new Map<string, ListedFinding[]>();
  for (const finding of matching(findings, { ...filter, sort: 'severity', descending: true }, facts)) {
    const group = byRule.get(finding.ruleId);
    if (group) group.push(finding);
    else byRule.set(finding.ruleId, [finding]);
  }
  return [...byRule.values()]
    .map((group) => groupOf(group, facts))
    .sort((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity) || b.count - a.count);
}

function groupOf(group: readonly ListedFinding[], facts: ListFacts): ProblemGroup {
  const [first] = group;
  if (!first) throw new Error('A group has at least one finding.');
  const failing = group.flatMap((one) => one.failing?.count ?? []);
  return {
    ruleId: first.ruleId,
    problem: shownProblem(first, facts),
    severity: first.severity,
    count: group.length,
    toDecide: group.filter(needsDecision).length,
    failing: failing.length > 0 ? failing.reduce((sum, count) => sum + count, 0) : undefined,
    firstSeen: group.map(({ appearedAt }) => appearedAt).reduce(earlier),
    names: group.slice(0, namesPerGroup).map(({ displayName }) => displayName),
  };
}

function earlier(a: string, b: string): string {
  return b < a ? b : a;
}

/**
 * The next finding of a list that needs a decision, after a given one; it begins again at the top. The given finding may
 * have left the list with the decision, so the status of the filter does not limit the order.
 */
export function nextToDecide(
  findings: readonly ListedFinding[],
  filter: FindingFilter,
  facts: ListFacts,
  afterId: string,
): ListedFinding | undefined {
  const ordered = matching(findings, { ...filter, status: 'all' }, facts);
  const at = ordered.findIndex(({ id }) => id === afterId);
  return [...ordered.slice(at + 1), ...ordered.slice(0, Math.max(at, 0))].find(needsDecision);
}
