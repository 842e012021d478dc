import { createHash } from 'node:crypto';
import { canonicalJson } from '../text/canonical-json.js';

/** The state of the audit chain of one rule. */
export interface AnchoredChain {
  readonly ruleId: string;
  /** The number of its events. */
  readonly events: number;
  /** The hash of its last event. */
  readonly head: string;
}

/**
 * The state of all audit chains of a tenant at a time. It is kept outside the tables: an attacker who can rewrite a chain
 * with its head cannot rewrite the anchors of earlier scans.
 */
export interface AuditAnchor {
  readonly version: 1;
  readonly tenantId: string;
  readonly scanId: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** The hash of the anchor before it; `noAnchor` for the first. */
  readonly previous: string;
  readonly chains: readonly AnchoredChain[];
  /** SHA-256 of the canonical JSON of the other members, 64 hexadecimal digits. */
  readonly hash: string;
}

/** The predecessor of the first anchor. */
export const noAnchor = '0'.repeat(64);

/** The anchor of the present chains. @param previous the newest anchor */
export function anchorOf(
  facts: Pick<AuditAnchor, 'tenantId' | 'scanId' | 'at' | 'chains'>,
  previous: Pick<AuditAnchor, 'hash'> | undefined,
): AuditAnchor {
  const { tenantId, scanId, at } = facts;
  const chains = [...facts.chains].sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
  const anchor = { version: 1, tenantId, scanId, at, previous: previous?.hash ?? noAnchor, chains } as const;
  return { ...anchor, hash: hashOf(anchor) };
}

/** Whether an anchor fits its own hash. */
export function isIntactAnchor({ hash, ...anchor }: AuditAnchor): boolean {
  return hashOf(anchor) === hash;
}

/** The chains that have fewer events than the anchor says, or another last event with the same number. */
export function shrunkChains(anchor: AuditAnchor, now: readonly AnchoredChain[]): AnchoredChain[] {
  const present = new Map(now.map((chain) => [chain.ruleId, chain]));
  return anchor.chains.filter(({ ruleId, events, head }) => {
    const chain = present.get(ruleId);
    return !chain || chain.events < events || (chain.events === events && chain.head !== head);
  });
}

function hashOf(anchor: Omit<AuditAnchor, 'hash'>): string {
  return createHash('sha256').update(canonicalJson(anchor)).digest('hex');
}
