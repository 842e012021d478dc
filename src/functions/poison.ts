import { app } from '@azure/functions';
import { type QueueName, queueNames } from '../jobs/ports/index.js';
import { processPoison } from '../jobs/queues/process-poison.js';
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
