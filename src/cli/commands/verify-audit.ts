import { safeText } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { paint, type Screen, writeLine } from '../screen.js';

/**
 * Checks that no row of the audit trail was changed, removed or inserted.
 * @returns the exit code: 0 where the trail is intact, else 1
 */
export async function verifyAudit(runtime: Pick<Runtime, 'records' | 'tenantId'>, screen: Screen): Promise<number> {
  let faults = 0;
  for await (const { ruleId, events, fault } of runtime.records().findings.verifyAudit(await runtime.tenantId())) {
    if (fault) {
      faults += 1;
      writeLine(
        screen.out,
        `${paint(screen, 'red', fault.kind)} ${ruleId}, event ${fault.sequence}: ${safeText(fault.summary)}`,
      );
    } else writeLine(screen.out, `${paint(screen, 'green', 'whole')} ${ruleId}: ${events} events`);
  }
  return faults > 0 ? 1 : 0;
}
