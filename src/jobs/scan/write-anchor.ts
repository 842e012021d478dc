import { explain } from '../../model/errors.js';
import { anchorOf, shrunkChains } from '../../model/finding/audit-anchor.js';
import type { ScanContext } from './scan-context.js';
import type { ScanRecord } from './scan-record.js';

/**
 * Writes the state of all audit chains to the anchors. A chain that has fewer events than the newest anchor says is a
 * warning, and so is a failure to write: neither changes the result of the scan.
 */
export async function writeAnchor({ anchors, findings, clock }: ScanContext, record: ScanRecord): Promise<void> {
  if (!anchors) return;
  const { tenantId, id: scanId } = record.scan;
  try {
    const chains = await findings.chainHeads(tenantId);
    const at = clock.now();
    const shrunk = new Map<string, string>();
    const { hash } = await anchors.append(tenantId, at, (newest) => {
      for (const { ruleId, events } of newest ? shrunkChains(newest, chains) : [])
        shrunk.set(ruleId, shrunkChain(ruleId, events, newest?.at ?? ''));
      return anchorOf({ tenantId, scanId, at, chains }, newest);
    });
    for (const warning of shrunk.values()) record.warn(warning);
    const events = chains.reduce((sum, chain) => sum + chain.events, 0);
    record.scan.anchor = { hash, chains: chains.length, events };
  } catch (error) {
    record.warn(`The scan could not write its audit anchor to ${anchors.place}. ${explain(error)}`);
  }
}

function shrunkChain(ruleId: string, events: number, at: string): string {
  return `The audit trail of ${ruleId} does not have the ${events} events of the anchor of ${at}: events were removed or replaced. Run consentinel verify-audit.`;
}
