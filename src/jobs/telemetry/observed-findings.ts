import type { FindingChange, FindingStore } from '../ports/index.js';
import { measuresOfChange } from './measures.js';
import { timed } from './observed-directory.js';
import type { ScanTrace, Telemetry } from './telemetry.js';

/** The store, measuring the time from the appearance of findings to their decisions and fixes. */
export function measuredFindings(store: FindingStore, telemetry: Pick<Telemetry, 'measure'>): FindingStore {
  return {
    ...forwarded(store),
    commit: async (changes) => {
      const result = await store.commit(changes);
      const lost = new Set(result.conflicts);
      telemetry.measure(changes.filter((change) => !lost.has(idOf(change))).flatMap(measuresOfChange));
      return result;
    },
  };
}

/** The store, reporting to a scan's trace how long the scan waits for it. */
export function observedFindings(store: FindingStore, trace: ScanTrace): FindingStore {
  return {
    ...forwarded(store),
    findings: (tenantId, filter) => timed(store.findings(tenantId, filter), trace, 'read findings'),
    finding: (...args) => trace.during('store findings', () => store.finding(...args)),
    knownFindings: (...args) => trace.during('store findings', () => store.knownFindings(...args)),
    commit: (changes) => trace.during('store findings', () => store.commit(changes)),
  };
}

/** A store may be an instance of a class: a spread does not copy its methods. */
function forwarded(store: FindingStore): FindingStore {
  return {
    batchSize: store.batchSize,
    findings: (...args) => store.findings(...args),
    summaries: (...args) => store.summaries(...args),
    finding: (...args) => store.finding(...args),
    knownFindings: (...args) => store.knownFindings(...args),
    commit: (...args) => store.commit(...args),
    history: (...args) => store.history(...args),
    prune: (...args) => store.prune(...args),
    verifyAudit: (...args) => store.verifyAudit(...args),
    chainHeads: (...args) => store.chainHeads(...args),
    auditTrail: (...args) => store.auditTrail(...args),
  };
}

function idOf({ finding }: FindingChange): string {
  return finding.id;
}
