import { app } from '@azure/functions';
import { queueNames } from '../jobs/ports.js';
import { applyWithinLimits } from '../jobs/run-remediations.js';
import { sharedRuntime } from './shared-runtime.js';

app.storageQueue('remediations', {
  queueName: queueNames.remediations,
  connection: 'AzureWebJobsStorage',
  handler: async (message, context) => {
    const { config, remediation } = await sharedRuntime(message);
    const outcome = await applyWithinLimits(await remediation(), { maxPerRun: config.maxRemediationsPerRun }, message);
    context.log(JSON.stringify({ event: 'remediation', status: outcome.status, note: outcome.note }));
  },
});
