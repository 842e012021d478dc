import { app } from '@azure/functions';
import { processPoison } from '../jobs/poison/process-poison.js';
import { type QueueName, queueNames } from '../jobs/ports/index.js';
import { idsIn, line } from './log-lines.js';
import { sharedRuntime } from './shared-runtime.js';

watch('scanRequestsPoison', queueNames.scanRequests);
watch('remediationsPoison', queueNames.remediations);
watch('alertsPoison', queueNames.alerts);

/** The host moves a message to its queue's poison queue after `maxDequeueCount` tries. */
function watch(name: string, queue: QueueName): void {
  app.storageQueue(name, {
    queueName: `${queue}-poison`,
    connection: 'AzureWebJobsStorage',
    handler: async (message, context) => {
      // Before any access to storage, so that the line exists even where storage fails.
      context.error(line('given-up', { queue, ...idsIn(message) }));
      const done = await processPoison(async () => (await sharedRuntime(message)).poison(), queue, message);
      context.log(line('given-up', { queue, ...idsIn(message), done }));
    },
  });
}
