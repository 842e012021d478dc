import type { Cloud } from '../entra/clouds.js';
import { type Failing, failingText, mostFailing } from '../evidence/failing.js';
import type { Finding } from '../finding/finding.js';
import { portalUrl } from '../finding/portal-url.js';
import { type Severity, severities } from '../rule/violation.js';

/** A finding as an alert shows it. */
export interface Item
  extends Pick<
    Finding,
    'id' | 'ruleId' | 'severity' | 'on' | 'objectId' | 'appId' | 'displayName' | 'message' | 'appearedAt' | 'failing'
  > {
  /** Its blade in the Entra admin center. */
  readonly portalUrl: string;
  /** Why the alert reports it, until when, and which sign-ins fail. May quote Graph or a person. */
  readonly note?: string;
}

/** The findings of one kind: the most severe ones, and the count of all. */
export interface Section {
  readonly total: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly items: readonly Item[];
}

/** A section keeps at most this many findings, whatever the size of the tenant; channels show as many as fit. */
export const keptItems = 200;

/** A finding as an item. */
export function itemOf(finding: Finding, cloud: Cloud, note?: string): Item {
  const { id, ruleId, severity, on, objectId, appId, displayName, message, appearedAt, failing } = finding;
  const facts = { id, ruleId, severity, on, objectId, appId, displayName, message, appearedAt };
  const notes = [note, failing && sentenceOf(failing)].filter(Boolean).join(' ');
  return { ...facts, portalUrl: portalUrl(finding, cloud), ...(failing && { failing }), ...(notes && { note: notes }) };
}

/** The most severe first, then what stops the most users; then by name and id, so that the order is always the same. */
export function bySeverity(a: Item, b: Item): number {
  const bySeverity = severities.indexOf(b.severity) - severities.indexOf(a.severity);
  return bySeverity || mostFailing(a, b) || compare(a.displayName, b.displayName) || compare(a.id, b.id);
}

/** Builds a section, and holds at most twice the items that the section keeps. */
export class SectionBuilder {
  #items: Item[] = [];
  #total = 0;
  readonly #bySeverity = noneBySeverity();

  add(item: Item): void {
    this.#total += 1;
    this.#bySeverity[item.severity] += 1;
    this.#items.push(item);
    if (this.#items.length >= 2 * keptItems) this.#items = this.#kept();
  }

  section(): Section {
    return { total: this.#total, bySeverity: { ...this.#bySeverity }, items: this.#kept() };
  }

  #kept(): Item[] {
    return [...this.#items].sort(bySeverity).slice(0, keptItems);
  }
}

function sentenceOf(failing: Failing): string {
  const text = failingText(failing);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

export function noneBySeverity(): Record<Severity, number> {
  return { low: 0, medium: 0, high: 0, critical: 0 };
}

/** By code units: the order must not depend on the locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
