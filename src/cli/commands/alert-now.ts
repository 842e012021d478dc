import { processAlerts } from '../../jobs/alerts/process-alerts.js';
import type { Runtime } from '../../runtime.js';
import { harmlessLines } from '../harmless.js';
import { paint, type Screen, writeLine } from '../screen.js';

/**
 * Works off the messages for alerts as the function does, and says on the log what went where.
 * @returns the exit code: 1 where a channel is left
 */
export async function alertNow(runtime: Pick<Runtime, 'alerts'>, screen: Screen, signal: AbortSignal): Promise<number> {
  const queue = runtime.alerts();
  const { reports, failures } = await processAlerts(queue, signal, queue.contextOf);
  for (const { outcome, deliveries } of reports) {
    const to = Object.entries(deliveries).filter(([, { status }]) => status === 'sent');
    const told = to.map(([key]) => key).join(', ');
    writeLine(screen.log, outcome === 'sent' ? `Alert sent: ${told || 'nobody to tell'}.` : `No alert: ${outcome}.`);
  }
  for (const failure of failures)
    writeLine(screen.log, `${paint(screen, 'yellow', 'alert')} ${harmlessLines(failure)}`);
  return failures.length > 0 ? 1 : 0;
}
