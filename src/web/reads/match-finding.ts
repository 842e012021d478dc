import { isUnderWay, needsDecision } from '../../model/finding/finding-summary.js';
import type { FindingFilter, StatusFilter } from './finding-filter.js';
import { type ListedFinding, type ListFacts, shownProblem, shownStatus } from './listed-finding.js';

/** Whether a finding matches a filter. */
export function matchesFilter(finding: ListedFinding, filter: FindingFilter, facts: ListFacts): boolean {
  const { severity, rule, on, code, assignee, owner, from, until, text, status } = filter;
  if (severity && finding.severity !== severity) return false;
  if (rule && finding.ruleId !== rule) return false;
  if (on && finding.on !== on) return false;
  if (code && !facts.rules.get(finding.ruleId)?.codes.includes(code)) return false;
  if (assignee && finding.assignee !== assignee) return false;
  if (owner && !finding.ownerIds?.includes(owner.toLowerCase())) return false;
  const day = finding.appearedAt.slice(0, 10);
  if ((from && day < from) || (until && day > until)) return false;
  return matchesStatus(finding, status, facts) && (text === '' || matchesText(finding, text, facts));
}

function matchesStatus(finding: ListedFinding, status: StatusFilter, facts: ListFacts): boolean {
  if (status === 'all') return true;
  if (status === 'open') return finding.status === 'open';
  if (status === 'decision') return needsDecision(finding);
  if (status === 'approved') return isUnderWay(finding);
  return shownStatus(finding, facts) === status;
}

function matchesText(finding: ListedFinding, text: string, facts: ListFacts): boolean {
  const { displayName, appId, objectId, id } = finding;
  return (
    displayName.toLowerCase().includes(text) ||
    shownProblem(finding, facts).toLowerCase().includes(text) ||
    [appId, objectId, id].some((known) => known.toLowerCase() === text)
  );
}
