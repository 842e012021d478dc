import type { Rule } from './rule.js';

/** The part of a rule that names its problem. */
export type RuleProblem = Pick<Rule, 'id' | 'problem'>;

/**
 * The problem that a finding shows as its title.
 * @param rules the catalogue
 * @returns the problem of the rule; the id for a rule that is no longer in the catalogue
 */
export function problemOf(rules: readonly RuleProblem[], ruleId: string): string {
  return rules.find(({ id }) => id === ruleId)?.problem ?? ruleId;
}
