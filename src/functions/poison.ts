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
      // First of all, so that it is seen even where storage is what fails.
      context.error(line('given-up', { queue, ...idsIn(message) }));
      const done = await processPoison(() => sharedRuntime(message), queue, message);
      context.log(line('given-up', { queue, ...idsIn(message), done }));
    },
  });
}
