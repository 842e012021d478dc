import { mostFailing } from '../evidence/failing.js';
import { type Severity, severities } from '../rule/violation.js';
import type { Item } from './item.js';
import { byUrgency, compare, type ProblemGroup, ProblemGroupBuilder } from './problem-group.js';

/** The findings of one kind: the most severe ones, all of them grouped by problem, and the count of all. */
export interface Section {
  readonly total: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly items: readonly Item[];
  readonly groups: readonly ProblemGroup[];
}

/** A section keeps at most this many findings, whatever the size of the tenant. */
export const keptItems = 200;

/** The most severe first, then what stops the most users; then by name and id, so that the order is always the same. */
export function bySeverity(a: Item, b: Item): number {
  const bySeverity = severities.indexOf(b.severity) - severities.indexOf(a.severity);
  return bySeverity || mostFailing(a, b) || compare(a.displayName, b.displayName) || compare(a.id, b.id);
}

/** Builds a section, and holds at most twice the items that the section keeps, and the groups. */
export class SectionBuilder {
  #items: Item[] = [];
  #total = 0;
  readonly #bySeverity = noneBySeverity();
  readonly #groups = new Map<string, ProblemGroupBuilder>();

  add(item: Item): void {
    this.#total += 1;
    this.#bySeverity[item.severity] += 1;
    this.#groupOf(item).add(item);
    this.#items.push(item);
    if (this.#items.length >= 2 * keptItems) this.#items = this.#kept();
  }

  section(): Section {
    const groups = [...this.#groups.values()].map((builder) => builder.group()).sort(byUrgency);
    return { total: this.#total, bySeverity: { ...this.#bySeverity }, items: this.#kept(), groups };
  }

  #groupOf({ ruleId, problem }: Item): ProblemGroupBuilder {
    const known = this.#groups.get(ruleId);
    if (known) return known;
    const created = new ProblemGroupBuilder(ruleId, problem);
    this.#groups.set(ruleId, created);
    return created;
  }

  #kept(): Item[] {
    return [...this.#items].sort(bySeverity).slice(0, keptItems);
  }
}

export function noneBySeverity(): Record<Severity, number> {
  return { low: 0, medium: 0, high: 0, critical: 0 };
}
