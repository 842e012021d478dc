import { app } from '@azure/functions';
import { flushTelemetry } from './shared-runtime.js';

// An instance may be taken away as soon as nothing runs on it. A person who waits for a page does not wait for this.
app.hook.postInvocation(async ({ invocationContext }) => {
  const flushed = flushTelemetry();
  if (invocationContext.functionName !== 'web') await flushed;
});
