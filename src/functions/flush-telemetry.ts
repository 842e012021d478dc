import { app } from '@azure/functions';
import { flushTelemetry } from './shared-runtime.js';

// The platform may remove an instance as soon as nothing runs on it. A page does not wait for the flush, and a health
// probe, which records no telemetry, does not start it.
app.hook.postInvocation(async ({ invocationContext: { functionName } }) => {
  if (functionName === 'health') return;
  const flushed = flushTelemetry();
  if (functionName !== 'web') await flushed;
});
