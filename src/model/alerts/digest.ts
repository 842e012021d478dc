import type { Cloud } from '../entra/clouds.js';
import type { AuditEvent } from '../finding/audit.js';
import type { Finding } from '../finding/finding.js';
import { type Severity, severities } from '../rule/violation.js';
import type { Scan } from '../scan/scan.js';
import { awaitsDecision, newsOf, type SectionName, sectionNames, type Window } from './news.js';
import { itemOf, noneBySeverity, type Section, SectionBuilder } from './section.js';

/** How alerts are to be. */
export interface AlertRules {
  /** Findings below it are counted and not told. */
  readonly minSeverity: Severity;
  /** On Mondays there is a message even where nothing has changed. */
  readonly weeklySummary: boolean;
  /** Where the review page lives; where there are several tenants, the page of this one. */
  readonly publicUrl?: string;
  /** There are several tenants: people must be told which one it is. */
  readonly namesTenant?: boolean;
  /** Where the Entra admin center is. */
  readonly cloud: Cloud;
}

/** What is known about the alerts and scans before this one. */
export interface AlertHistory {
  /** The latest alert told of a scan that was not complete. */
  readonly previousIncomplete: boolean;
  /** One sentence each: alerts that did not arrive, scans that came to no end, messages that were given up. */
  readonly warnings: readonly string[];
}

/** How the tenant stands, whether it is news or not. */
export interface TenantTotals {
  readonly open: Readonly<Record<Severity, number>>;
  readonly suppressed: number;
  /** Plans that wait for a person. */
  readonly pendingPlans: number;
}

/** What is told to people, whatever the channel. */
export interface Digest {
  readonly kind: 'changes' | 'summary' | 'test';
  readonly tenantId: string;
  /** Whose it is, where there are several tenants: the name its administrators gave it, else the id. */
  readonly tenant?: string;
  readonly scan: Pick<
    Scan,
    'id' | 'status' | 'startedAt' | 'finishedAt' | 'counts' | 'heldBack' | 'notExamined' | 'errors'
  >;
  /** What happened after `from` and no later than `until`. */
  readonly from: string;
  readonly until: string;
  /** The scan is complete again, after one that was not. */
  readonly recovered: boolean;
  readonly sections: Readonly<Record<SectionName, Section>>;
  readonly totals: TenantTotals;
  /** News below the severity floor, which are told nowhere. */
  readonly belowFloor: number;
  readonly warnings: readonly string[];
  readonly publicUrl?: string;
  /** The Entra admin center. */
  readonly adminCenter: string;
}

/**
 * Gathers the digest of a scan, finding by finding, in bounded memory. A scan that failed speaks for no finding: what it
 * stored is news of the next one.
 */
export class DigestBuilder {
  readonly #sections = Object.fromEntries(sectionNames.map((name) => [name, new SectionBuilder()])) as Record<
    SectionName,
    SectionBuilder
  >;
  readonly #open = noneBySeverity();
  #suppressed = 0;
  #pendingPlans = 0;
  #belowFloor = 0;

  constructor(
    private readonly scan: Scan,
    private readonly window: Window,
    private readonly past: AlertHistory,
    private readonly rules: AlertRules,
  ) {}

  /** @param events its history, where `needsHistory` asks for it */
  add(finding: Finding, events: readonly AuditEvent[] = []): void {
    if (finding.status === 'open') this.#open[finding.severity] += 1;
    if (finding.status === 'suppressed') this.#suppressed += 1;
    if (awaitsDecision(finding)) this.#pendingPlans += 1;
    if (this.scan.status === 'failed') return;
    const reachesFloor = severities.indexOf(finding.severity) >= severities.indexOf(this.rules.minSeverity);
    for (const { section, note } of newsOf(finding, this.window, events)) {
      if (reachesFloor) this.#sections[section].add(itemOf(finding, this.rules.cloud, note));
      else this.#belowFloor += 1;
    }
  }

  /** @returns undefined where there is nothing to tell: silence */
  digest(): Digest | undefined {
    const { scan, past, rules, window } = this;
    const complete = scan.status === 'complete';
    const recovered = complete && past.previousIncomplete;
    const sections = Object.fromEntries(
      sectionNames.map((name) => [name, this.#sections[name].section()]),
    ) as Digest['sections'];
    const changed = sectionNames.some((name) => sections[name].total > 0);
    const mustReport = changed || !complete || recovered || past.warnings.length > 0;
    if (!mustReport && !(rules.weeklySummary && isFirstOfMonday(window))) return undefined;
    return {
      kind: mustReport ? 'changes' : 'summary',
      tenantId: scan.tenantId,
      ...(rules.namesTenant && { tenant: scan.tenantName ?? scan.tenantId }),
      scan: factsOf(scan),
      ...window,
      recovered,
      sections,
      totals: { open: { ...this.#open }, suppressed: this.#suppressed, pendingPlans: this.#pendingPlans },
      belowFloor: this.#belowFloor,
      warnings: past.warnings,
      adminCenter: rules.cloud.adminCenter,
      ...(rules.publicUrl && { publicUrl: rules.publicUrl }),
    };
  }
}

function factsOf(scan: Scan): Digest['scan'] {
  const { id, status, startedAt, finishedAt, counts, heldBack, notExamined, errors } = scan;
  return { id, status, startedAt, counts, heldBack, notExamined, errors, ...(finishedAt && { finishedAt }) };
}

/** Whether the window is the first one that reaches into a Monday, UTC: several scans of that day summarise once. */
function isFirstOfMonday({ from, until }: Window): boolean {
  return new Date(Date.parse(until)).getUTCDay() === 1 && from.slice(0, 10) < until.slice(0, 10);
}

/** The most severe finding of those that somebody has to act on; undefined where there is none. */
export function worstOf({ sections }: Pick<Digest, 'sections'>): Severity | undefined {
  const urgent = ['new', 'cameBack', 'failed', 'approvals', 'expiringApprovals'] as const;
  return [...severities].reverse().find((severity) => urgent.some((name) => sections[name].bySeverity[severity] > 0));
}
