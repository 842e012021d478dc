import { processAlerts } from '../../jobs/alerts/process-alerts.js';
import { safeLines } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { paint, type Screen, writeLine } from '../screen.js';

/**
 * Processes the alert messages as the function does, and logs the deliveries.
 * @returns the exit code: 1 where a delivery failed
 */
export async function processAlertsNow(runtime: Runtime, screen: Screen, signal: AbortSignal): Promise<number> {
  const { installation } = runtime;
  const hasSeveralTenants = installation.config.tenants.tenantIds.length > 0;
  const contextOf = (message: unknown) => (hasSeveralTenants ? installation.runtimeFor(message) : runtime);
  const { reports, failures } = await processAlerts(runtime, signal, contextOf);
  for (const { outcome, deliveries } of reports) {
    const sent = Object.entries(deliveries).filter(([, { status }]) => status === 'sent');
    const channels = sent.map(([key]) => key).join(', ');
    writeLine(
      screen.log,
      outcome === 'sent' ? `Alert sent: ${channels || 'nobody to tell'}.` : `No alert: ${outcome}.`,
    );
  }
  for (const failure of failures) writeLine(screen.log, `${paint(screen, 'yellow', 'alert')} ${safeLines(failure)}`);
  return failures.length > 0 ? 1 : 0;
}
