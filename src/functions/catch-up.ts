import { app, type InvocationContext } from '@azure/functions';
import { systemClock } from '../clock.js';
import { requestMissedScans } from '../jobs/scan/catch-up.js';
import { codeOf } from '../model/errors.js';
import { line } from './log-lines.js';
import { sharedInstallation } from './shared-runtime.js';

/** Between two checks of this instance, in milliseconds: a check reads the newest scans. */
const interval = 30 * 60_000;
let next = 0;

/** Requests the scans that are missed. Its failure changes nothing for the invocation that it follows. */
export async function catchUp(context: Pick<InvocationContext, 'log' | 'warn'>): Promise<void> {
  const now = Date.parse(systemClock.now());
  if (now < next) return;
  next = now + interval;
  // The invocation reports why there is no installation.
  const installation = await sharedInstallation().catch(() => undefined);
  if (!installation) return;
  try {
    const requested = await requestMissedScans(installation.catchUp());
    for (const request of requested) context.warn(line('scan-requested', { ...request, late: true }));
  } catch (error) {
    context.warn(line('catch-up-failed', { code: codeOf(error) }));
  }
}

const timers = ['nightlyScan', 'catchUp'];
const http = ['health', 'web'];

// Node timers have stopped after a deployment while HTTP and queues still worked (azure-functions-host#11828), so every
// invocation checks. A page or a probe does not wait for it.
app.hook.postInvocation(async ({ invocationContext }) => {
  const { functionName } = invocationContext;
  if (timers.includes(functionName)) return;
  const done = catchUp(invocationContext);
  if (!http.includes(functionName)) await done;
});
