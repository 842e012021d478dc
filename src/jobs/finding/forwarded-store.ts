import type { FindingStore } from '../ports/index.js';

/** The methods of a store, to replace some of them. A store may be an instance of a class: a spread does not copy its methods. */
export function forwardedStore(store: FindingStore): FindingStore {
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
