import { viewStatus } from '../../model/finding/finding.js';
import { type FindingSummary, isUnderWay, needsDecision } from '../../model/finding/finding-summary.js';
import { type Severity, severities } from '../../model/rule/violation.js';

/** What a list can be narrowed to; `standing` is what a scan still meets and nobody has suppressed. */
export const shows = {
  standing: 'Standing',
  decision: 'Needs a decision',
  approved: 'Approved, under way',
  new: 'New in the last scan',
  suppressed: 'Suppressed',
  resolved: 'Resolved',
  all: 'All',
} as const;
export type Show = keyof typeof shows;

/** What a person asked for. */
export interface FindingFilter {
  readonly show: Show;
  readonly severity?: Severity;
  readonly rule?: string;
  /** Lower case. */
  readonly text: string;
  /** Counts from 1. */
  readonly page: number;
}

/** One page of a list and how much there is in all. */
export interface FindingListPage {
  readonly rows: readonly FindingSummary[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
}

export const rowsPerPage = 50;

/** The filter in an address; what it does not know counts as not asked for. */
export function parseFilter(query: URLSearchParams): FindingFilter {
  const show = query.get('show') ?? '';
  const severity = severities.find((known) => known === query.get('severity'));
  const rule = query.get('rule');
  const page = Number(query.get('page'));
  return {
    show: Object.hasOwn(shows, show) ? (show as Show) : 'standing',
    ...(severity && { severity }),
    ...(rule && { rule: rule.slice(0, 100) }),
    text: (query.get('q') ?? '').trim().toLowerCase().slice(0, 200),
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

/** The address of a list, with what is usual left out. */
export function listPath(filter: Partial<FindingFilter>): string {
  const { show, severity, rule, text, page = 1 } = filter;
  const query = new URLSearchParams();
  if (show && show !== 'standing') query.set('show', show);
  if (severity) query.set('severity', severity);
  if (rule) query.set('rule', rule);
  if (text) query.set('q', text);
  if (page > 1) query.set('page', String(page));
  return query.size > 0 ? `/findings?${query}` : '/findings';
}

/**
 * One page of what passes a filter, in the order given.
 * @param since `since` of the latest finished scan, which decides what is new
 */
export function pageOf(
  summaries: readonly FindingSummary[],
  filter: FindingFilter,
  since: string | undefined,
): FindingListPage {
  const passing = summaries.filter((summary) => passes(summary, filter, since));
  const pages = Math.max(1, Math.ceil(passing.length / rowsPerPage));
  const page = Math.min(filter.page, pages);
  const rows = passing.slice((page - 1) * rowsPerPage, page * rowsPerPage);
  return { rows, total: passing.length, page, pages };
}

function passes(summary: FindingSummary, filter: FindingFilter, since: string | undefined): boolean {
  const { severity, rule, text } = filter;
  if (severity && summary.severity !== severity) return false;
  if (rule && summary.ruleId !== rule) return false;
  return isShown(summary, filter.show, since) && (text === '' || mentions(summary, text));
}

function isShown(summary: FindingSummary, show: Show, since: string | undefined): boolean {
  if (show === 'all') return true;
  if (show === 'standing') return summary.status === 'open';
  if (show === 'decision') return needsDecision(summary);
  if (show === 'approved') return isUnderWay(summary);
  return viewStatus(summary, since) === show;
}

function mentions({ displayName, appId, objectId, id }: FindingSummary, text: string): boolean {
  return (
    displayName.toLowerCase().includes(text) || [appId, objectId, id].some((known) => known.toLowerCase() === text)
  );
}
