import { forwardedStore } from '../finding/forwarded-store.js';
import type { FindingChange, FindingStore } from '../ports/index.js';
import { measuresOfChange } from './measures.js';
import { timed } from './observed-directory.js';
import type { ScanTrace, Telemetry } from './telemetry.js';

/** The store, measuring the time from the appearance of findings to their decisions and fixes. */
export function measuredFindings(store: FindingStore, telemetry: Pick<Telemetry, 'measure'>): FindingStore {
  return {
    ...forwardedStore(store),
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
    ...forwardedStore(store),
    findings: (tenantId, filter) => timed(store.findings(tenantId, filter), trace, 'read findings'),
    finding: (...args) => trace.during('store findings', () => store.finding(...args)),
    knownFindings: (...args) => trace.during('store findings', () => store.knownFindings(...args)),
    commit: (changes) => trace.during('store findings', () => store.commit(changes)),
  };
}

function idOf({ finding }: FindingChange): string {
  return finding.id;
}
