import type { AuditEvent } from '../finding/audit.js';
import type { Finding } from '../finding/finding.js';

/** The sections of an alert, the most urgent first. */
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

/** The time that an alert covers: after `from` and no later than `until`, ISO 8601 UTC. */
export interface Window {
  readonly from: string;
  readonly until: string;
}

/** One change of a finding that an alert reports. */
export interface News {
  readonly section: SectionName;
  readonly note?: string;
}

const day = 86_400_000;
/** How long before its end an alert announces it; for a short period, at the middle of the period. */
const noticeOfSuppressionEnd = 7 * day;
const noticeOfApprovalExpiry = 2 * day;

export function isWithin(at: string | undefined, { from, until }: Window): boolean {
  return at !== undefined && at > from && at <= until;
}

/**
 * Whether the history of a finding is needed to know what changed. The finding itself shows that it appeared or was
 * resolved; other changes can have many reasons.
 */
export function needsHistory(finding: Finding, { from }: Window): boolean {
  if (finding.changedAt <= from) return false;
  const wasOpenBefore = finding.status === 'open' && finding.appearedAt <= from;
  return wasOpenBefore || isUndo(finding) || ['applied', 'failed', 'stale'].includes(finding.remediation?.status ?? '');
}

/**
 * The changes of a finding that an alert reports, each once: a successful remediation is reported as applied and not
 * also as resolved, and a new finding with a plan as new.
 * @param events the history of the finding, where `needsHistory` requires it
 */
export function newsOf(finding: Finding, window: Window, events: readonly AuditEvent[] = []): News[] {
  const recent = new Set(events.filter(({ at }) => isWithin(at, window)).map(({ type }) => type));
  const { status, remediation } = finding;
  if (status === 'resolved')
    return [...resolvedNews(finding, window, recent.has('applied')), ...undoNews(finding, window, recent)];
  if (status === 'suppressed') return expiringSuppression(finding, window);
  const news: News[] = [];
  if (isWithin(finding.appearedAt, window)) news.push(appearedNews(finding));
  else if (recent.has('suppression-expired')) news.push({ section: 'cameBack', note: 'The suppression expired.' });
  else if (recent.has('suppression-ended')) {
    news.push({ section: 'cameBack', note: 'The suppression ended, because the evidence changed.' });
  } else if (awaitsDecision(finding) && isDecisionNew(finding, window, recent)) {
    news.push({ section: 'approvals', note: pendingPlanNote(finding) });
  } else if (recent.has('stale') && finding.manual) {
    news.push({ section: 'approvals', note: `The approved plan no longer applies: ${finding.manual.reason}` });
  } else if (recent.has('repaired')) {
    news.push({ section: 'cameBack', note: 'The stored row contained an invalid time. The scan repaired it.' });
  }
  if (remediation?.status === 'failed' && recent.has('failed')) {
    news.push({ section: 'failed', note: remediation.outcome ?? 'The remediation failed.' });
  }
  return [...news, ...expiringApproval(finding, window)];
}

/** Whether the finding has a plan that needs a decision. */
export function awaitsDecision({ status, remediation }: Finding): boolean {
  // The plan of a resolved finding has ended, unless it is an undo.
  return status !== 'suppressed' && (remediation?.status === 'proposed' || remediation?.status === 'stale');
}

/** Whether the plan of the finding undoes a remediation. */
function isUndo({ remediation }: Pick<Finding, 'remediation'>): boolean {
  return remediation?.plan.undoes !== undefined;
}

/** An undo of a resolved finding that needs a decision, or that failed. */
function undoNews(finding: Finding, window: Window, recent: ReadonlySet<string>): News[] {
  const { remediation } = finding;
  if (!remediation || !isUndo(finding)) return [];
  const news: News[] = [];
  if (awaitsDecision(finding) && isDecisionNew(finding, window, recent))
    news.push({ section: 'approvals', note: pendingPlanNote(finding) });
  if (remediation.status === 'failed' && recent.has('failed'))
    news.push({ section: 'failed', note: remediation.outcome ?? 'The undo failed.' });
  return [...news, ...expiringApproval(finding, window)];
}

function isDecisionNew({ remediation }: Finding, window: Window, recent: ReadonlySet<string>): boolean {
  return isWithin(remediation?.proposedAt, window) || recent.has('stale') || recent.has('approval-expired');
}

function appearedNews(finding: Finding): News {
  const { life } = finding;
  const notes = [
    life > 1 && `The finding reappeared (occurrence ${life}).`,
    awaitsDecision(finding) && pendingPlanNote(finding),
  ];
  const note = notes.filter(Boolean).join(' ');
  return { section: life > 1 ? 'cameBack' : 'new', ...(note && { note }) };
}

function pendingPlanNote({ remediation }: Finding): string {
  if (remediation?.plan.undoes)
    return remediation.status === 'stale'
      ? 'The undo of the remediation was not executed. It needs a new decision.'
      : 'The undo of the remediation needs a decision.';
  if (remediation?.status === 'stale') return 'The object changed after the approval. The new plan needs a decision.';
  return remediation?.plan.irreversible
    ? 'The plan needs a decision. It cannot be undone.'
    : 'The plan needs a decision.';
}

function resolvedNews(finding: Finding, window: Window, applied: boolean): News[] {
  const { resolvedAt, remediation } = finding;
  // A finding that appeared and was resolved between two alerts was never reported.
  const wasReported = finding.appearedAt <= window.from;
  if (!applied && !(wasReported && isWithin(resolvedAt, window))) return [];
  if (!applied || remediation?.status !== 'applied') return [{ section: 'resolved' }];
  const { author } = remediation.decision ?? {};
  const undone = isUndo(finding) && 'The remediation was undone. The next scan finds the problem again.';
  const note = [undone, author && `Approved by ${author}.`].filter(Boolean).join(' ');
  return [{ section: 'applied', ...(note && { note }) }];
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
      note: `Approved by ${decision.author} but not executed. The approval expires at ${decision.expiresAt}.`,
    },
  ];
}

/** One fixed time for each period, so that it is announced once. */
function noticeAt(start: string, end: string, notice: number): string {
  const [first, last] = [Date.parse(start), Date.parse(end)];
  return new Date(last - Math.min(notice, (last - first) / 2)).toISOString();
}
