import { mostFailing } from '../evidence/failing.js';
import { type Severity, severities } from '../rule/violation.js';
import type { Item } from './item.js';

/** The findings of one problem in a section of an alert. */
export interface ProblemGroup {
  readonly ruleId: string;
  readonly problem: string;
  /** The highest severity of its findings. */
  readonly severity: Severity;
  readonly findings: number;
  /** The number of different apps, at most `countedApps`; 0 for a problem of the tenant. */
  readonly apps: number;
  /** The first `namedItems` findings by name, one for each name. */
  readonly named: readonly Item[];
  /** At most `keptNotes` different notes, each with the number of its findings, the most frequent first. */
  readonly notes: readonly NoteCount[];
}

interface NoteCount {
  readonly note: string;
  readonly count: number;
  /** The name of the first object with the note. */
  readonly name: string;
}

/** A group counts at most this many different apps, because it holds their ids. */
export const countedApps = 10_000;
export const namedItems = 20;
export const keptNotes = 5;

/** Builds the group of one problem, finding by finding, in bounded memory. */
export class ProblemGroupBuilder {
  #findings = 0;
  #severity: Severity = 'low';
  readonly #apps = new Set<string>();
  readonly #named = new Map<string, Item>();
  readonly #notes = new Map<string, { count: number; readonly name: string }>();

  constructor(
    private readonly ruleId: string,
    private readonly problem: string,
  ) {}

  add(item: Item): void {
    this.#findings += 1;
    if (severities.indexOf(item.severity) > severities.indexOf(this.#severity)) this.#severity = item.severity;
    if (item.on !== 'tenant' && this.#apps.size < countedApps) this.#apps.add(item.appId || item.objectId);
    this.#addName(item);
    const { note } = item;
    if (note === undefined) return;
    const known = this.#notes.get(note);
    if (known) known.count += 1;
    else if (this.#notes.size < keptNotes) this.#notes.set(note, { count: 1, name: item.displayName });
  }

  group(): ProblemGroup {
    const named = [...this.#named.values()].sort(byName);
    const notes = [...this.#notes].map(([note, facts]) => ({ note, ...facts })).sort((a, b) => b.count - a.count);
    return {
      ruleId: this.ruleId,
      problem: this.problem,
      severity: this.#severity,
      findings: this.#findings,
      apps: this.#apps.size,
      named,
      notes,
    };
  }

  /** Keeps the first names, so that the result does not depend on the order of the findings. */
  #addName(item: Item): void {
    const known = this.#named.get(item.displayName);
    if (known && byName(known, item) <= 0) return;
    this.#named.set(item.displayName, item);
    if (this.#named.size <= namedItems) return;
    const last = [...this.#named.values()].sort(byName).at(-1);
    if (last) this.#named.delete(last.displayName);
  }
}

/** The most severe first, then the most frequent, then by problem and rule. */
export function byUrgency(a: ProblemGroup, b: ProblemGroup): number {
  const bySeverity = severities.indexOf(b.severity) - severities.indexOf(a.severity);
  return bySeverity || b.findings - a.findings || compare(a.problem, b.problem) || compare(a.ruleId, b.ruleId);
}

/** Objects whose sign-ins fail come first. */
function byName(a: Item, b: Item): number {
  return mostFailing(a, b) || compare(a.displayName, b.displayName) || compare(a.id, b.id);
}

/** By code units: the order must not depend on the locale. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
