import type { Clock, FindingStore } from '../../jobs/ports/index.js';
import { mostFailing } from '../../model/evidence/failing.js';
import { type Finding, viewStatuses } from '../../model/finding/finding.js';
import type { FindingSummary } from '../../model/finding/finding-summary.js';
import { currentFailing } from '../../model/finding/past-problem.js';
import { severities } from '../../model/rule/violation.js';
import { cacheLifetime } from './cache-lifetime.js';

/** The summaries of all findings of a tenant, the most severe first. */
export interface FindingSnapshot {
  /** When the read began; ISO 8601 UTC. */
  readonly at: string;
  readonly summaries: readonly FindingSummary[];
  /** The number of findings with a damaged row; they are not among the summaries. */
  readonly damaged: number;
}

/** After a read that takes longer, a stale snapshot is returned while the next read runs. */
const slowReadMilliseconds = 1000;
/** No snapshot older than this is returned. */
const maxStaleMilliseconds = 600_000;

interface CacheEntry {
  readonly tenantId: string;
  readonly snapshot: FindingSnapshot;
  readonly expiresAtMilliseconds: number;
  readonly isSlow: boolean;
}

/**
 * The summaries of findings, read in one pass and shared by requests. The snapshot of a small tenant expires within a
 * second, so its pages are current. A tenant with 100,000 findings is not read for every click, and its pages show the
 * time of the snapshot. A summary takes about 400 bytes, and contains no plan, evidence or message.
 */
export class FindingCache {
  #entry: CacheEntry | undefined;
  #pendingRead: Promise<FindingSnapshot> | undefined;
  #updates = 0;

  constructor(
    private readonly findings: Pick<FindingStore, 'summaries'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** The cached snapshot, or a new one. Concurrent requests share one read. */
  async read(tenantId: string): Promise<FindingSnapshot> {
    const now = Date.parse(this.clock.now());
    const entry = this.#entry?.tenantId === tenantId ? this.#entry : undefined;
    if (entry && now < entry.expiresAtMilliseconds) return entry.snapshot;
    this.#pendingRead ??= this.#readStore(tenantId).finally(() => {
      this.#pendingRead = undefined;
    });
    if (!entry?.isSlow || now > Date.parse(entry.snapshot.at) + maxStaleMilliseconds) return this.#pendingRead;
    // A failure is reported to the next request, which reads again.
    this.#pendingRead.catch(() => {});
    return entry.snapshot;
  }

  /** Replaces a finding in the snapshot after a decision, so that the next page of the approver shows it. */
  update(finding: Finding): void {
    this.#updates += 1;
    if (!this.#entry) return;
    const { snapshot } = this.#entry;
    const summaries = snapshot.summaries.map((summary) =>
      summary.id === finding.id
        ? { ...evidenceIn({ ...summary, status: finding.status }), ...summaryOf(finding) }
        : summary,
    );
    this.#entry = { ...this.#entry, snapshot: { ...snapshot, summaries } };
  }

  async #readStore(tenantId: string): Promise<FindingSnapshot> {
    const at = this.clock.now();
    const updates = this.#updates;
    let damaged = 0;
    const summaries = await this.findings.summaries(tenantId, () => {
      damaged += 1;
    });
    const snapshot = { at, summaries: summaries.sort(mostSevereFirst), damaged };
    const end = Date.parse(this.clock.now());
    const readMilliseconds = end - Date.parse(at);
    // A decision during the read may be missing in the snapshot: then it is not cached.
    const isCurrent = updates === this.#updates;
    this.#entry = isCurrent
      ? {
          tenantId,
          snapshot,
          expiresAtMilliseconds: end + cacheLifetime(readMilliseconds),
          isSlow: readMilliseconds > slowReadMilliseconds,
        }
      : undefined;
    return snapshot;
  }
}

/** What a decision does not change. */
function evidenceIn(summary: FindingSummary): Pick<FindingSummary, 'failing' | 'ownerIds'> {
  const { ownerIds } = summary;
  const failing = currentFailing(summary);
  return { ...(failing && { failing }), ...(ownerIds && { ownerIds }) };
}

function summaryOf(finding: Finding): FindingSummary {
  const { id, ruleId, severity, status, on, objectId, appId, displayName, appearedAt } = finding;
  const { resolvedAt, assignee, remediation } = finding;
  const failing = currentFailing(finding);
  return {
    ...{ id, ruleId, severity, status, on, objectId, appId, displayName, appearedAt },
    ...(resolvedAt && { resolvedAt }),
    ...(assignee && { assignee }),
    ...(failing && { failing }),
    ...(remediation && { remediationStatus: remediation.status }),
  };
}

/** By severity, then the users who cannot sign in, then status, then the newest first. */
function mostSevereFirst(a: FindingSummary, b: FindingSummary): number {
  return (
    severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
    mostFailing(a, b) ||
    viewStatuses.indexOf(a.status) - viewStatuses.indexOf(b.status) ||
    compare(b.appearedAt, a.appearedAt) ||
    compare(a.displayName, b.displayName) ||
    compare(a.id, b.id)
  );
}

/** By code units: with `localeCompare` 100,000 findings take seconds to sort. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
