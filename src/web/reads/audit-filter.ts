import { type AuditEventType, auditEventTypes } from '../../model/finding/audit.js';
import type { AuditEntry } from './audit-cache.js';

/** Who caused an event. */
export const authorKinds = { people: 'People', scans: 'Scans' } as const;
export type AuthorKind = keyof typeof authorKinds;

/** The filter of the audit trail. */
export interface AuditFilter {
  readonly type?: AuditEventType;
  readonly by?: AuthorKind;
  readonly rule?: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly from?: string;
  readonly until?: string;
  /** In the author, the summary or the finding id; lower case. */
  readonly text: string;
  readonly page: number;
}

/** Parses the query of an address. It ignores unknown parameters and values. */
export function parseAuditFilter(query: URLSearchParams): AuditFilter {
  const type = auditEventTypes.find((known) => known === query.get('type'));
  const by = query.get('by') ?? '';
  const rule = (query.get('rule') ?? '').slice(0, 100);
  const [from, until] = ['from', 'until'].map((name) => /^\d{4}-\d\d-\d\d$/.exec(query.get(name) ?? '')?.[0]);
  const page = Number(query.get('page'));
  return {
    ...(type && { type }),
    ...(Object.hasOwn(authorKinds, by) && { by: by as AuthorKind }),
    ...(rule && { rule }),
    ...(from && { from }),
    ...(until && { until }),
    text: (query.get('q') ?? '').trim().toLowerCase().slice(0, 200),
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

/** The query of a filter, without the page. */
export function auditQuery({ type, by, rule, from, until, text }: AuditFilter): URLSearchParams {
  const entries = Object.entries({ type, by, rule, from, until, q: text }).filter(([, value]) => value);
  return new URLSearchParams(entries as [string, string][]);
}

export function matchesAuditFilter(event: AuditEntry, { type, by, rule, from, until, text }: AuditFilter): boolean {
  if (type && event.type !== type) return false;
  if (by && event.author.startsWith('scan:') !== (by === 'scans')) return false;
  if (rule && event.ruleId !== rule) return false;
  const day = event.at.slice(0, 10);
  if ((from && day < from) || (until && day > until)) return false;
  return text === '' || [event.author, event.summary, event.findingId].some((one) => one.toLowerCase().includes(text));
}
