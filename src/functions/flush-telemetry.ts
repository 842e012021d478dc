import { app } from '@azure/functions';
import { flushTelemetry } from './shared-runtime.js';

// An instance may be taken away as soon as nothing runs on it. A person who waits for a page does not wait for this, and
// strangers' probes, which tell nothing, do not start it.
app.hook.postInvocation(async ({ invocationContext: { functionName } }) => {
  if (functionName === 'health') return;
  const flushed = flushTelemetry();
  if (functionName !== 'web') await flushed;
});
