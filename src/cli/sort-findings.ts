import { type Failing, mostFailing } from '../model/evidence/failing.js';
import { type Severity, severities } from '../model/rule/violation.js';
import type { FindingView } from '../reports/finding-view.js';
import { SortedRuns } from './sorted-runs.js';

/** Findings that are sorted in memory at a time. */
const inMemory = 2_000;

/** The members that decide the order. */
export interface SortKey {
  readonly severity: Severity;
  readonly appearedAt: string;
  readonly displayName: string;
  readonly id: string;
  readonly failing?: Failing;
}

/** The same order as `localeCompare`, many times faster. */
const names = new Intl.Collator();

/** The most severe first, then what stops the most users, then the newest, then by name. */
export function mostSevereFirst(a: SortKey, b: SortKey): number {
  return (
    severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
    mostFailing(a, b) ||
    compare(b.appearedAt, a.appearedAt) ||
    names.compare(a.displayName, b.displayName) ||
    compare(a.id, b.id)
  );
}

/**
 * Sorts findings, the most severe first, in bounded memory: many findings are sorted in parts, which a temporary file holds
 * until they are merged.
 */
export async function* sortFindings(
  findings: AsyncIterable<FindingView>,
  compareFindings: (a: FindingView, b: FindingView) => number = mostSevereFirst,
): AsyncGenerator<FindingView> {
  let part: FindingView[] = [];
  let runs: SortedRuns<FindingView> | undefined;
  try {
    for await (const finding of findings) {
      if (part.length === inMemory) {
        runs ??= new SortedRuns();
        runs.add(part.sort(compareFindings));
        part = [];
      }
      part.push(finding);
    }
    part.sort(compareFindings);
    runs?.add(part);
    yield* runs ? runs.merged(compareFindings) : part;
  } finally {
    runs?.close();
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
