import { viewStatus } from '../../model/finding/finding.js';
import { type FindingSummary, isUnderWay, needsDecision } from '../../model/finding/finding-summary.js';
import { type Severity, severities } from '../../model/rule/violation.js';

/** The values of the query parameter `show` and their labels; `standing` is the status `open`. */
export const statusFilters = {
  standing: 'Standing',
  decision: 'Needs a decision',
  approved: 'Approved, under way',
  new: 'New in the last scan',
  suppressed: 'Suppressed',
  resolved: 'Resolved',
  all: 'All',
} as const;
export type StatusFilter = keyof typeof statusFilters;

/** The filter of the list of findings. */
export interface FindingFilter {
  readonly status: StatusFilter;
  readonly severity?: Severity;
  readonly rule?: string;
  /** Lower case. */
  readonly text: string;
  /** Counts from 1. */
  readonly page: number;
}

/** One page of the list and the totals. */
export interface FindingListPage {
  readonly rows: readonly FindingSummary[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
}

export const rowsPerPage = 50;

/** Parses the query of an address. It ignores unknown parameters and values. */
export function parseFilter(query: URLSearchParams): FindingFilter {
  const show = query.get('show') ?? '';
  const severity = severities.find((known) => known === query.get('severity'));
  const rule = query.get('rule');
  const page = Number(query.get('page'));
  return {
    status: Object.hasOwn(statusFilters, show) ? (show as StatusFilter) : 'standing',
    ...(severity && { severity }),
    ...(rule && { rule: rule.slice(0, 100) }),
    text: (query.get('q') ?? '').trim().toLowerCase().slice(0, 200),
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

/** The path of a list, without parameters that have their default value. */
export function listPath(filter: Partial<FindingFilter>): string {
  const { status, severity, rule, text, page = 1 } = filter;
  const query = new URLSearchParams();
  if (status && status !== 'standing') query.set('show', status);
  if (severity) query.set('severity', severity);
  if (rule) query.set('rule', rule);
  if (text) query.set('q', text);
  if (page > 1) query.set('page', String(page));
  return query.size > 0 ? `/findings?${query}` : '/findings';
}

/**
 * One page of the findings that match a filter, in the order given.
 * @param since `since` of the latest finished scan, which decides what is new
 */
export function pageOf(
  summaries: readonly FindingSummary[],
  filter: FindingFilter,
  since: string | undefined,
): FindingListPage {
  const matching = summaries.filter((summary) => matchesFilter(summary, filter, since));
  const pages = Math.max(1, Math.ceil(matching.length / rowsPerPage));
  const page = Math.min(filter.page, pages);
  const rows = matching.slice((page - 1) * rowsPerPage, page * rowsPerPage);
  return { rows, total: matching.length, page, pages };
}

function matchesFilter(summary: FindingSummary, filter: FindingFilter, since: string | undefined): boolean {
  const { severity, rule, text } = filter;
  if (severity && summary.severity !== severity) return false;
  if (rule && summary.ruleId !== rule) return false;
  return matchesStatus(summary, filter.status, since) && (text === '' || matchesText(summary, text));
}

function matchesStatus(summary: FindingSummary, filter: StatusFilter, since: string | undefined): boolean {
  if (filter === 'all') return true;
  if (filter === 'standing') return summary.status === 'open';
  if (filter === 'decision') return needsDecision(summary);
  if (filter === 'approved') return isUnderWay(summary);
  return viewStatus(summary, since) === filter;
}

function matchesText({ displayName, appId, objectId, id }: FindingSummary, text: string): boolean {
  return (
    displayName.toLowerCase().includes(text) || [appId, objectId, id].some((known) => known.toLowerCase() === text)
  );
}
