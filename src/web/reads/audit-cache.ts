import type { Clock, FindingStore } from '../../jobs/ports/index.js';
import type { ChainedAuditEvent } from '../../model/finding/audit.js';
import { installationName } from '../../model/remediation/pause.js';
import { cacheLifetime } from './cache-lifetime.js';

/** An event without its details, which can be large. */
export type AuditEntry = Omit<ChainedAuditEvent, 'detail' | 'previousHash'>;

/** The newest events of a tenant, the latest first. */
export interface AuditSnapshot {
  readonly events: readonly AuditEntry[];
  /** Whether there are older events. */
  readonly isTruncated: boolean;
}

/** About 300 bytes each. */
const maxEvents = 20_000;

/**
 * The newest audit events of a tenant, read in one pass and shared by requests for a short time: the table has no order by
 * time.
 */
export class AuditCache {
  #entry: { readonly snapshot: AuditSnapshot; readonly expiresAt: number } | undefined;

  constructor(
    private readonly findings: Pick<FindingStore, 'auditTrail'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** @param ruleIds the rules whose events are read */
  async read(tenantId: string, ruleIds: readonly string[]): Promise<AuditSnapshot> {
    const began = Date.parse(this.clock.now());
    if (this.#entry && began < this.#entry.expiresAt) return this.#entry.snapshot;
    const snapshot = await this.#readStore(tenantId, ruleIds);
    const ended = Date.parse(this.clock.now());
    this.#entry = { snapshot, expiresAt: ended + cacheLifetime(ended - began) };
    return snapshot;
  }

  async #readStore(tenantId: string, ruleIds: readonly string[]): Promise<AuditSnapshot> {
    const chains = [
      ...ruleIds.map((ruleId) => [tenantId, ruleId] as const),
      [installationName, 'remediation'] as const,
    ];
    let events: AuditEntry[] = [];
    let isTruncated = false;
    for (const [tenant, ruleId] of chains) {
      for await (const { detail: _, previousHash: _previous, ...event } of this.findings.auditTrail(tenant, ruleId))
        events.push(event);
      if (events.length <= 2 * maxEvents) continue;
      events = newest(events);
      isTruncated = true;
    }
    const all = newest(events);
    return { events: all, isTruncated: isTruncated || all.length < events.length };
  }
}

function newest(events: AuditEntry[]): AuditEntry[] {
  return events.sort((a, b) => compare(b.at, a.at) || b.sequence - a.sequence).slice(0, maxEvents);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
