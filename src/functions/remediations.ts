import { app } from '@azure/functions';
import { queueNames } from '../jobs/ports/index.js';
import { executeWithinLimits } from '../jobs/remediation/queue.js';
import { logOutcome, remediationLine } from './log-lines.js';
import { connection } from './queue-connection.js';
import { sharedRuntime } from './shared-runtime.js';

app.storageQueue('remediations', {
  queueName: queueNames.remediations,
  connection,
  handler: async (message, context) => {
    const runtime = await sharedRuntime(message);
    const remediation = await runtime.remediation();
    const outcome = await executeWithinLimits(remediation, remediation.limits, message);
    logOutcome(context, outcome.status, remediationLine(outcome));
  },
});
