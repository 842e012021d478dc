import type { AuditEvent } from '../finding/audit.js';
import type { Finding } from '../finding/finding.js';

/** What an alert can tell of a finding, in the order of urgency. */
export const sectionNames = [
  'new',
  'cameBack',
  'failed',
  'approvals',
  'expiringApprovals',
  'expiringSuppressions',
  'applied',
  'resolved',
] as const;
export type SectionName = (typeof sectionNames)[number];

/** What happened after `from` and no later than `until` is news. */
export interface Window {
  readonly from: string;
  readonly until: string;
}

/** One piece of news about a finding. */
export interface News {
  readonly section: SectionName;
  readonly note?: string;
}

const day = 86_400_000;
/** How long before its end an agreement is brought to mind; the half of it where it is shorter than twice that. */
const noticeOfSuppressionEnd = 7 * day;
const noticeOfApprovalExpiry = 2 * day;

export function isWithin(at: string | undefined, { from, until }: Window): boolean {
  return at !== undefined && at > from && at <= until;
}

/**
 * Whether only its history tells what happened to a finding: that it has changed can have many reasons, while that it
 * appeared or ended can be seen from the finding itself.
 */
export function needsHistory(finding: Finding, { from }: Window): boolean {
  if (finding.changedAt <= from) return false;
  const wasOpenBefore = finding.status === 'open' && finding.appearedAt <= from;
  return wasOpenBefore || ['applied', 'failed', 'stale'].includes(finding.remediation?.status ?? '');
}

/**
 * What is news about a finding. Never two pieces that say the same: a remedy that worked is told as applied and not as
 * resolved too, a new finding with a plan as new.
 * @param events its history, where `needsHistory` asks for it
 */
export function newsOf(finding: Finding, window: Window, events: readonly AuditEvent[] = []): News[] {
  const recent = new Set(events.filter(({ at }) => isWithin(at, window)).map(({ type }) => type));
  const { status, remediation } = finding;
  if (status === 'resolved') return resolvedNews(finding, window, recent.has('applied'));
  if (status === 'suppressed') return expiringSuppression(finding, window);
  const news: News[] = [];
  if (isWithin(finding.appearedAt, window)) news.push(appearedNews(finding));
  else if (recent.has('suppression-expired')) news.push({ section: 'cameBack', note: 'Its suppression ran out.' });
  else if (recent.has('suppression-ended')) {
    news.push({ section: 'cameBack', note: 'Its evidence is no longer what was suppressed.' });
  } else if (awaitsDecision(finding) && isDecisionNew(finding, window, recent)) {
    news.push({ section: 'approvals', note: pendingPlanNote(finding) });
  } else if (recent.has('stale') && finding.manual) {
    news.push({ section: 'approvals', note: `The approved plan is none any more: ${finding.manual.reason}` });
  }
  if (remediation?.status === 'failed' && recent.has('failed')) {
    news.push({ section: 'failed', note: remediation.outcome ?? 'The remediation failed.' });
  }
  return [...news, ...expiringApproval(finding, window)];
}

/** A plan that waits for a person. */
export function awaitsDecision({ status, remediation }: Finding): boolean {
  return status === 'open' && (remediation?.status === 'proposed' || remediation?.status === 'stale');
}

function isDecisionNew({ remediation }: Finding, window: Window, recent: ReadonlySet<string>): boolean {
  return isWithin(remediation?.proposedAt, window) || recent.has('stale') || recent.has('approval-expired');
}

function appearedNews(finding: Finding): News {
  const { life } = finding;
  const notes = [
    life > 1 && `It is back for the ${ordinal(life)} time.`,
    awaitsDecision(finding) && pendingPlanNote(finding),
  ];
  const note = notes.filter(Boolean).join(' ');
  return { section: life > 1 ? 'cameBack' : 'new', ...(note && { note }) };
}

function pendingPlanNote({ remediation }: Finding): string {
  if (remediation?.status === 'stale') return 'The object has changed since the approval: decide again.';
  return remediation?.plan.irreversible
    ? 'A plan waits for approval; it cannot be undone.'
    : 'A plan waits for approval.';
}

function resolvedNews(finding: Finding, window: Window, applied: boolean): News[] {
  const { resolvedAt, remediation } = finding;
  // What came and went between two alerts was never told, and need not be.
  const wasReported = finding.appearedAt <= window.from;
  if (!applied && !(wasReported && isWithin(resolvedAt, window))) return [];
  if (!applied || remediation?.status !== 'applied') return [{ section: 'resolved' }];
  const { author } = remediation.decision ?? {};
  return [{ section: 'applied', ...(author && { note: `Approved by ${author}.` }) }];
}

function expiringSuppression({ suppression }: Finding, window: Window): News[] {
  if (!suppression) return [];
  const { suppressedAt, until, author } = suppression;
  if (!isWithin(noticeAt(suppressedAt, until, noticeOfSuppressionEnd), window)) return [];
  return [{ section: 'expiringSuppressions', note: `Suppressed by ${author} until ${until.slice(0, 10)}.` }];
}

function expiringApproval({ remediation }: Finding, window: Window): News[] {
  const { decision } = remediation ?? {};
  if (remediation?.status !== 'approved' || remediation.attempt || !decision?.expiresAt) return [];
  if (!isWithin(noticeAt(decision.at, decision.expiresAt, noticeOfApprovalExpiry), window)) return [];
  return [
    {
      section: 'expiringApprovals',
      note: `Approved by ${decision.author}, not carried out, ends ${decision.expiresAt}.`,
    },
  ];
}

/** One moment for each agreement, so that it is brought to mind once. */
function noticeAt(begin: string, end: string, notice: number): string {
  const [first, last] = [Date.parse(begin), Date.parse(end)];
  return new Date(last - Math.min(notice, (last - first) / 2)).toISOString();
}

function ordinal(n: number): string {
  const last = n % 100 > 10 && n % 100 < 20 ? 0 : n % 10;
  return `${n}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`;
}
