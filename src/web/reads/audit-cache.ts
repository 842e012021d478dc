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

/** After a read that takes longer, stale events are returned while the next read runs. */
const slowReadMilliseconds = 1000;
/** No events older than this are returned. */
const maxStaleMilliseconds = 600_000;
/** About 300 bytes each. */
const maxEvents = 20_000;

/**
 * The newest audit events of a tenant, read in one pass and shared by requests for a short time: the table has no order by
 * time.
 */
export class AuditCache {
  #entry: { readonly snapshot: AuditSnapshot; readonly readAt: number; readonly expiresAt: number } | undefined;
  #pendingRead: Promise<AuditSnapshot> | undefined;

  constructor(
    private readonly findings: Pick<FindingStore, 'auditTrail'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /**
   * The cached events, or new ones. After a read that took long, the cached ones are returned while the next read runs.
   * @param ruleIds the rules whose events are read
   */
  async read(tenantId: string, ruleIds: readonly string[]): Promise<AuditSnapshot> {
    const now = Date.parse(this.clock.now());
    if (this.#entry && now < this.#entry.expiresAt) return this.#entry.snapshot;
    this.#pendingRead ??= this.#refresh(tenantId, ruleIds).finally(() => {
      this.#pendingRead = undefined;
    });
    if (!this.#entry || now > this.#entry.readAt + maxStaleMilliseconds) return this.#pendingRead;
    const { readAt, expiresAt, snapshot } = this.#entry;
    if (expiresAt - readAt < cacheLifetime(slowReadMilliseconds)) return this.#pendingRead;
    // A failure is reported to the next request, which reads again.
    this.#pendingRead.catch(() => {});
    return snapshot;
  }

  async #refresh(tenantId: string, ruleIds: readonly string[]): Promise<AuditSnapshot> {
    const began = Date.parse(this.clock.now());
    const snapshot = await this.#readStore(tenantId, ruleIds);
    const readAt = Date.parse(this.clock.now());
    this.#entry = { snapshot, readAt, expiresAt: readAt + cacheLifetime(readAt - began) };
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
