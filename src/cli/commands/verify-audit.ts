import { installationName } from '../../model/remediation/pause.js';
import { safeText } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { paint, type Screen, writeLine } from '../screen.js';

/**
 * Checks that no row of the audit trail was changed, removed or inserted: of the tenant's findings, and of the pauses of
 * the installation.
 * @returns the exit code: 0 where the trail is intact, else 1
 */
export async function verifyAudit(runtime: Pick<Runtime, 'records' | 'tenantId'>, screen: Screen): Promise<number> {
  const { findings } = runtime.records();
  let faults = 0;
  for (const scope of [await runtime.tenantId(), installationName]) {
    for await (const { ruleId, events, fault } of findings.verifyAudit(scope)) {
      if (fault) {
        faults += 1;
        writeLine(
          screen.out,
          `${paint(screen, 'red', fault.kind)} ${ruleId}, event ${fault.sequence}: ${safeText(fault.summary)}`,
        );
      } else writeLine(screen.out, `${paint(screen, 'green', 'whole')} ${ruleId}: ${events} events`);
    }
  }
  return faults > 0 ? 1 : 0;
}
