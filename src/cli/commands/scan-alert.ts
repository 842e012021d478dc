import { processAlerts } from '../../jobs/alerts/process-alerts.js';
import { safeLines } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { paint, type Screen, writeLine } from '../screen.js';

/**
 * Processes the alert messages as the function does, and logs the deliveries.
 * @returns the exit code: 1 where a delivery failed
 */
export async function processAlertsNow(
  runtime: Pick<Runtime, 'alerts'>,
  screen: Screen,
  signal: AbortSignal,
): Promise<number> {
  const queue = runtime.alerts();
  const { reports, failures } = await processAlerts(queue, signal, queue.contextOf);
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
