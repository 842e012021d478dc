import { app } from '@azure/functions';
import { queueNames } from '../jobs/ports/index.js';
import { executeWithinLimits } from '../jobs/remediation/queue.js';
import { remediationLine } from './log-lines.js';
import { sharedRuntime } from './shared-runtime.js';

app.storageQueue('remediations', {
  queueName: queueNames.remediations,
  connection: 'AzureWebJobsStorage',
  handler: async (message, context) => {
    const { config, remediation } = await sharedRuntime(message);
    const outcome = await executeWithinLimits(await remediation(), config.remediation, message);
    context.log(remediationLine(outcome));
  },
});
