import { subjectNames } from '../../model/rule/subject-names.js';
import type { Subject } from '../../model/rule/violation.js';
import { type Severity, severities } from '../../model/rule/violation.js';

/** The values of the query parameter `show`, and their labels. */
export const statusFilters = {
  open: 'Open',
  decision: 'Needs a decision',
  approved: 'Approved, in progress',
  new: 'New in the last scan',
  suppressed: 'Suppressed',
  resolved: 'Resolved',
  all: 'All',
} as const;
export type StatusFilter = keyof typeof statusFilters;

/** The columns by which the list can be sorted, and whether the first click sorts in descending order. */
export const sortColumns = {
  severity: true,
  object: false,
  problem: false,
  seen: true,
  failing: true,
  state: false,
} as const;
export type SortColumn = keyof typeof sortColumns;

/** The filter, order and page of the list of findings. An absent member does not limit the list. */
export interface FindingFilter {
  readonly status: StatusFilter;
  readonly severity?: Severity;
  readonly rule?: string;
  /** The kind of the object. */
  readonly on?: Subject;
  /** An AADSTS code that the rule names. */
  readonly code?: string;
  readonly assignee?: string;
  /** The object id of an owner of the app. */
  readonly owner?: string;
  /** First seen on or after this day, and on or before that day; `YYYY-MM-DD`, UTC. */
  readonly from?: string;
  readonly until?: string;
  /** Lower case. */
  readonly text: string;
  readonly sort: SortColumn;
  readonly descending: boolean;
  /** One row for each problem instead of one for each finding. */
  readonly grouped: boolean;
  /** Counts from 1. */
  readonly page: number;
}

/** Parses the query of an address. It ignores unknown parameters and values. */
export function parseFilter(query: URLSearchParams): FindingFilter {
  // `standing` is the name of `open` in links of earlier versions.
  const show = (query.get('show') ?? '').replace(/^standing$/, 'open');
  const sort = oneOf(sortColumns, query.get('sort')) ?? 'severity';
  const severity = severities.find((known) => known === query.get('severity'));
  const on = oneOf(subjectNames, query.get('on'));
  const page = Number(query.get('page'));
  const code = /^(?:AADSTS)?(\d{4,8})$/i.exec(query.get('code')?.trim() ?? '')?.[1];
  const texts = { rule: query.get('rule'), assignee: query.get('assignee'), owner: query.get('owner') };
  const days = { from: query.get('from'), until: query.get('until') };
  return {
    status: oneOf(statusFilters, show) ?? 'open',
    ...(severity && { severity }),
    ...(on && { on }),
    ...(code && { code: `AADSTS${code}` }),
    ...present(texts, (text) => text.trim().slice(0, 200)),
    ...present(days, (day) => (/^\d{4}-\d{2}-\d{2}$/.test(day) ? day : '')),
    text: (query.get('q') ?? '').trim().toLowerCase().slice(0, 200),
    sort,
    descending: query.has('dir') ? query.get('dir') === 'desc' : sortColumns[sort],
    grouped: query.get('group') === 'problem',
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

function oneOf<T extends object>(known: T, value: string | null): keyof T | undefined {
  return value !== null && Object.hasOwn(known, value) ? (value as keyof T) : undefined;
}

/** The members that have a value after they were read. */
function present<K extends string>(
  values: Readonly<Record<K, string | null>>,
  read: (value: string) => string,
): Partial<Record<K, string>> {
  const entries = Object.entries<string | null>(values).map(([name, value]) => [name, value ? read(value) : '']);
  return Object.fromEntries(entries.filter(([, value]) => value)) as Partial<Record<K, string>>;
}

/** The query of a list, without parameters that have their default value. */
export function filterQuery(filter: Partial<FindingFilter>): URLSearchParams {
  const { status, severity, rule, on, code, assignee, owner, from, until, text, grouped, page = 1 } = filter;
  const { sort = 'severity', descending = sortColumns[sort] } = filter;
  const query = new URLSearchParams();
  if (status && status !== 'open') query.set('show', status);
  const plain = { severity, rule, on, code, assignee, owner, from, until, q: text };
  for (const [name, value] of Object.entries(plain)) if (value) query.set(name, value);
  if (sort !== 'severity') query.set('sort', sort);
  if (descending !== sortColumns[sort]) query.set('dir', descending ? 'desc' : 'asc');
  if (grouped) query.set('group', 'problem');
  if (page > 1) query.set('page', String(page));
  return query;
}

/** The path of a list, without parameters that have their default value. */
export function listPath(filter: Partial<FindingFilter>): string {
  const query = filterQuery(filter);
  return query.size > 0 ? `/findings?${query}` : '/findings';
}
