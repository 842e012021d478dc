import { type ViewStatus, viewStatus } from '../../model/finding/finding.js';
import type { FindingSummary } from '../../model/finding/finding-summary.js';

/** A row of the list. */
export type ListedFinding = FindingSummary;

/** What the list knows about a rule. */
export interface RuleFacts {
  readonly id: string;
  readonly problem: string;
  readonly codes: readonly string[];
}

/** What a list needs besides the findings. */
export interface ListFacts {
  /** `since` of the latest finished scan, which decides what is new. */
  readonly since: string | undefined;
  readonly rules: ReadonlyMap<string, RuleFacts>;
}

/** The facts of a list. @param since `since` of the latest finished scan */
export function listFacts(rules: readonly RuleFacts[], since: string | undefined): ListFacts {
  return { since, rules: new Map(rules.map((rule) => [rule.id, rule])) };
}

/** The problem of a finding as a noun phrase; the id of a rule that is no longer in the catalogue. */
export function shownProblem({ ruleId }: Pick<ListedFinding, 'ruleId'>, { rules }: Pick<ListFacts, 'rules'>): string {
  return rules.get(ruleId)?.problem ?? ruleId;
}

/** The status of a row as it is shown. */
export function shownStatus(finding: ListedFinding, { since }: Pick<ListFacts, 'since'>): ViewStatus {
  return viewStatus(finding, since);
}
