import { app } from '@azure/functions';
import { systemClock } from '../clock.js';
import { RunningScans } from '../jobs/scan/running-scans.js';
import { flushTelemetry } from './shared-runtime.js';

/** The scans of this instance. */
export const runningScans = new RunningScans();

/**
 * The host kills the worker five seconds after it asks it to end, and waits for this hook until then.
 * Source: azure-functions-host, `WorkerTerminateGracePeriodInSeconds`. The rest is for the telemetry.
 */
const patience = 3000;

// Without it, the row of a stopped scan says `running`, and its lease stops the next scan until it expires.
app.hook.appTerminate(async () => {
  await runningScans.stop(systemClock, patience);
  await flushTelemetry();
});
