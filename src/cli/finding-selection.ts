import type { Failing } from '../model/evidence/failing.js';
import { mostFailing } from '../model/evidence/failing.js';
import { problemOf } from '../model/rule/rule-problem.js';
import { type Severity, severities } from '../model/rule/violation.js';
import { rules } from '../rules/index.js';
import { mostSevereFirst } from './sort-findings.js';

/** The orders of `--sort`. */
export const sortOrders = ['severity', 'failing', 'problem', 'object', 'first-seen'] as const;
export type SortOrder = (typeof sortOrders)[number];

/** What the options of `findings` select. */
export interface FindingSelection {
  /** Findings of this severity or a higher one. */
  readonly severity?: Severity;
  /** A part of the problem, the name, the rule, or an id. */
  readonly search?: string;
  /** The number of findings to show. */
  readonly top?: number;
  /** @default severity */
  readonly sort?: SortOrder;
}

/** The members of a finding that select and sort it. */
export interface Selectable {
  readonly id: string;
  readonly ruleId: string;
  readonly severity: Severity;
  readonly displayName: string;
  readonly objectId: string;
  readonly appId: string;
  readonly appearedAt: string;
  readonly failing?: Failing;
}

/** Whether the options select a finding. */
export function isSelected(finding: Selectable, { severity, search }: FindingSelection): boolean {
  if (severity && severities.indexOf(finding.severity) < severities.indexOf(severity)) return false;
  if (!search) return true;
  const { id, ruleId, displayName, objectId, appId } = finding;
  const texts = [id, ruleId, displayName, objectId, appId, problemOf(rules, ruleId)];
  const part = search.toLowerCase();
  return texts.some((text) => text.toLowerCase().includes(part));
}

/** The comparison for `--sort`; findings that are equal in it are in the order of their severity. */
export function comparison(order: SortOrder = 'severity'): (a: Selectable, b: Selectable) => number {
  const text = (read: (finding: Selectable) => string) => (a: Selectable, b: Selectable) =>
    collator.compare(read(a), read(b)) || mostSevereFirst(a, b);
  switch (order) {
    case 'problem':
      return text(({ ruleId }) => problemOf(rules, ruleId));
    case 'object':
      return text(({ displayName }) => displayName);
    case 'first-seen':
      return (a, b) => collator.compare(b.appearedAt, a.appearedAt) || mostSevereFirst(a, b);
    case 'failing':
      return (a, b) => mostFailing(a, b) || mostSevereFirst(a, b);
    default:
      return mostSevereFirst;
  }
}

const collator = new Intl.Collator();
