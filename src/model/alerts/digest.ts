import type { AuditEvent } from '../finding/audit.js';
import type { Finding } from '../finding/finding.js';
import { type Severity, severities } from '../rule/violation.js';
import type { Scan } from '../scan/scan.js';
import { isSentinelRun } from '../scan/sentinel-id.js';
import { type ItemContext, itemOf } from './item.js';
import { awaitsDecision, newsOf, type SectionName, sectionNames, type Window } from './news.js';
import { noneBySeverity, type Section, SectionBuilder } from './section.js';

/** The settings of alerts; the catalogue names the problem of each rule, the cloud gives the admin center. */
export interface AlertRules extends ItemContext {
  /** Findings below it are counted but not reported. */
  readonly minSeverity: Severity;
  /** Send a summary on Mondays, also where nothing changed. */
  readonly weeklySummary: boolean;
  /** The URL of the review page; with several tenants, of this tenant's page. */
  readonly publicUrl?: string;
  /** The installation has several tenants, so that an alert also shows the id of its tenant. */
  readonly severalTenants?: boolean;
}

/** What the earlier alerts and scans left for this one. */
export interface AlertHistory {
  /** The latest alert reported a scan that was not complete. */
  readonly previousIncomplete: boolean;
  /** One sentence each: undelivered alerts, scans that did not finish, abandoned messages. */
  readonly warnings: readonly string[];
  /** What the weekly summary also reports. It is no reason for an alert by itself. */
  readonly weekly?: readonly string[];
  /** Where the range of the weekly summary starts, if alerts of the sentinel came since: the end of the last scan's alert. */
  readonly summarySince?: string;
  /** What every alert reports as long as it is true. It is no reason for an alert by itself. */
  readonly notices?: readonly string[];
}

/** All findings of the tenant, whether or not they changed. */
export interface TenantTotals {
  readonly open: Readonly<Record<Severity, number>>;
  readonly suppressed: number;
  /** Plans that need a decision. */
  readonly pendingPlans: number;
}

/** The content of an alert, the same for every channel. */
export interface Digest {
  readonly kind: 'changes' | 'summary' | 'test';
  readonly tenantId: string;
  /** The display name of the tenant, or its id where no scan has read the name. */
  readonly tenant: string;
  readonly severalTenants: boolean;
  readonly scan: Pick<
    Scan,
    'id' | 'status' | 'startedAt' | 'finishedAt' | 'counts' | 'heldBack' | 'notExamined' | 'errors'
  >;
  /** The alert covers what happened after `from` and no later than `until`. */
  readonly from: string;
  readonly until: string;
  /** The scan is complete, and the one before it was not. */
  readonly recovered: boolean;
  readonly sections: Readonly<Record<SectionName, Section>>;
  readonly totals: TenantTotals;
  /** Changes below the minimum severity, which no section reports. */
  readonly belowFloor: number;
  readonly warnings: readonly string[];
  readonly publicUrl?: string;
  /** The address of the Entra admin center. */
  readonly adminCenter: string;
}

/**
 * Builds the digest of a scan, finding by finding, in bounded memory. The digest of a failed scan reports no finding:
 * the next scan reports what the failed one stored.
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

  /** @param events the history of the finding, where `needsHistory` requires it */
  add(finding: Finding, events: readonly AuditEvent[] = []): void {
    if (finding.status === 'open') this.#open[finding.severity] += 1;
    if (finding.status === 'suppressed') this.#suppressed += 1;
    if (awaitsDecision(finding)) this.#pendingPlans += 1;
    if (this.scan.status === 'failed') return;
    const reachesFloor = severities.indexOf(finding.severity) >= severities.indexOf(this.rules.minSeverity);
    for (const { section, note } of newsOf(finding, this.window, events)) {
      if (reachesFloor) this.#sections[section].add(itemOf(finding, this.rules, note));
      else this.#belowFloor += 1;
    }
  }

  /** @returns undefined where there is nothing to report */
  digest(): Digest | undefined {
    const { scan, past, rules, window } = this;
    const isOfSentinel = isSentinelRun(scan);
    const complete = scan.status === 'complete';
    const recovered = complete && past.previousIncomplete && !isOfSentinel;
    const sections = Object.fromEntries(
      sectionNames.map((name) => [name, this.#sections[name].section()]),
    ) as Digest['sections'];
    const changed = sectionNames.some((name) => sections[name].total > 0);
    const mustReport = changed || !complete || recovered || past.warnings.length > 0;
    const summaryFrom = past.summarySince ?? window.from;
    const isWeekly =
      rules.weeklySummary && !isOfSentinel && isFirstOfMonday({ from: summaryFrom, until: window.until });
    if (!mustReport && !isWeekly) return undefined;
    return {
      kind: mustReport ? 'changes' : 'summary',
      tenantId: scan.tenantId,
      tenant: scan.tenantName ?? scan.tenantId,
      severalTenants: rules.severalTenants === true,
      scan: factsOf(scan),
      ...window,
      recovered,
      sections,
      totals: { open: { ...this.#open }, suppressed: this.#suppressed, pendingPlans: this.#pendingPlans },
      belowFloor: this.#belowFloor,
      warnings: [...(isWeekly ? withWeekly(past) : past.warnings), ...(past.notices ?? [])],
      adminCenter: rules.cloud.adminCenter,
      ...(rules.publicUrl && { publicUrl: rules.publicUrl }),
    };
  }
}

/** A sentence that contains a warning does not repeat it. */
function withWeekly({ warnings, weekly = [] }: AlertHistory): string[] {
  return [...warnings.filter((warning) => !weekly.some((notice) => notice.includes(warning))), ...weekly];
}

function factsOf(scan: Scan): Digest['scan'] {
  const { id, status, startedAt, finishedAt, counts, heldBack, notExamined, errors } = scan;
  return { id, status, startedAt, counts, heldBack, notExamined, errors, ...(finishedAt && { finishedAt }) };
}

/** Whether the window is the first that ends on a Monday, UTC: several scans on that day send one summary. */
function isFirstOfMonday({ from, until }: Window): boolean {
  return new Date(Date.parse(until)).getUTCDay() === 1 && from.slice(0, 10) < until.slice(0, 10);
}

/** The highest severity of the findings that need action; undefined where there are none. */
export function worstOf({ sections }: Pick<Digest, 'sections'>): Severity | undefined {
  const urgent = ['new', 'cameBack', 'failed', 'approvals', 'expiringApprovals'] as const;
  return [...severities].reverse().find((severity) => urgent.some((name) => sections[name].bySeverity[severity] > 0));
}
