import { evidenceIdOf, evidenceOf } from '../../model/finding/app-evidence.js';
import type { Finding } from '../../model/finding/finding.js';
import { currentFailing } from '../../model/finding/past-problem.js';
import type { EvidenceStore, FindingStore, Stored } from '../ports/index.js';
import { forwardedStore } from './forwarded-store.js';

/**
 * The store with the evidence of each finding that it returns for a reader. A scan and a remediation use the store without
 * it. Evidence that is passed to `commit` is not written.
 */
export function withEvidence(store: FindingStore, evidence: EvidenceStore): FindingStore {
  const add = async (tenantId: string, stored: Stored<Finding> | undefined) => {
    if (!stored) return stored;
    return shown(stored, evidenceOf(await evidence.of(tenantId, evidenceIdOf(stored.value)), stored.value.id));
  };
  return {
    ...forwardedStore(store),
    async *findings(tenantId, filter) {
      const known = await evidence.all(tenantId);
      for await (const stored of store.findings(tenantId, filter)) {
        yield shown(stored, evidenceOf(known.get(evidenceIdOf(stored.value)), stored.value.id));
      }
    },
    async summaries(tenantId, onDamaged) {
      const [summaries, known] = await Promise.all([store.summaries(tenantId, onDamaged), evidence.all(tenantId)]);
      if (known.size === 0) return summaries;
      return summaries.map((summary) => {
        const { affected, ...evidence } = evidenceOf(known.get(evidenceIdOf(summary)), summary.id);
        const failing = currentFailing({ ...summary, ...evidence });
        const owners = typeof affected?.owners === 'object' ? affected.owners.ids : [];
        if (!failing && owners.length === 0) return summary;
        return { ...summary, ...(failing && { failing }), ...(owners.length > 0 && { ownerIds: owners }) };
      });
    },
    finding: async (tenantId, id, ruleId) => add(tenantId, await store.finding(tenantId, id, ruleId)),
    async knownFindings(tenantId, keys) {
      const [found, known] = await Promise.all([store.knownFindings(tenantId, keys), evidence.all(tenantId)]);
      const withAll = [...found].map(([id, stored]): [string, Stored<Finding>] => [
        id,
        shown(stored, evidenceOf(known.get(evidenceIdOf(stored.value)), id)),
      ]);
      return new Map(withAll);
    },
  };
}

function shown(stored: Stored<Finding>, evidence: ReturnType<typeof evidenceOf>): Stored<Finding> {
  return Object.keys(evidence).length > 0 ? { ...stored, value: { ...stored.value, ...evidence } } : stored;
}
