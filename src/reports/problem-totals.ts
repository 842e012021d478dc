import { type Severity, severities } from '../model/rule/violation.js';
import type { FindingView } from './finding-view.js';

/** The unresolved findings of one rule. */
export interface ProblemTotal {
  readonly ruleId: string;
  readonly problem: string;
  /** The highest severity of its findings. */
  readonly severity: Severity;
  readonly findings: number;
  /** The plans among them that need a decision. */
  readonly plans: number;
}

/** The totals of the unresolved findings by problem, and the most important findings. Memory is bounded by the rules. */
export class ProblemTotals {
  readonly #problems = new Map<string, ProblemTotal>();
  #important: FindingView[] = [];
  #resolved = 0;

  constructor(private readonly mostImportant: number) {}

  add(finding: FindingView): void {
    if (finding.status === 'resolved') {
      this.#resolved += 1;
      return;
    }
    const { ruleId, problem } = finding;
    const known = this.#problems.get(ruleId) ?? { ruleId, problem, severity: 'low', findings: 0, plans: 0 };
    this.#problems.set(ruleId, {
      ...known,
      severity: rank(finding.severity) > rank(known.severity) ? finding.severity : known.severity,
      findings: known.findings + 1,
      plans: known.plans + (needsDecision(finding) ? 1 : 0),
    });
    if (finding.status === 'suppressed') return;
    this.#important.push(finding);
    if (this.#important.length >= 100) this.#important = this.important();
  }

  get resolved(): number {
    return this.#resolved;
  }

  /** The most severe first, then the most frequent, then by problem. */
  problems(): ProblemTotal[] {
    return [...this.#problems.values()].sort(
      (a, b) => rank(b.severity) - rank(a.severity) || b.findings - a.findings || compare(a.ruleId, b.ruleId),
    );
  }

  /** The open findings to fix first: by severity, then those on the tenant, then the oldest. */
  important(): FindingView[] {
    return [...this.#important].sort(byImportance).slice(0, this.mostImportant);
  }
}

function needsDecision({ status, remediation }: FindingView): boolean {
  return status !== 'suppressed' && (remediation?.status === 'proposed' || remediation?.status === 'stale');
}

/** A problem of the tenant affects every user. */
function byImportance(a: FindingView, b: FindingView): number {
  return (
    rank(b.severity) - rank(a.severity) ||
    Number(b.on === 'tenant') - Number(a.on === 'tenant') ||
    compare(a.appearedAt, b.appearedAt) ||
    compare(a.id, b.id)
  );
}

function rank(severity: Severity): number {
  return severities.indexOf(severity);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
