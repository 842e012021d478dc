import { app } from '@azure/functions';
import { processPoison } from '../jobs/poison/process-poison.js';
import type { QueueName } from '../jobs/ports/index.js';
import { idsIn, line } from './log-lines.js';
import { connection } from './queue-connection.js';
import { sharedRuntime } from './shared-runtime.js';

/** Watches the poison queue of a queue. The host moves a message there after `maxDequeueCount` tries. */
export function watchPoison(name: string, queue: QueueName): void {
  app.storageQueue(name, {
    queueName: `${queue}-poison`,
    connection,
    handler: async (message, context) => {
      // Before any access to storage, so that the line exists even where storage fails.
      context.error(line('given-up', { queue, ...idsIn(message) }));
      const done = await processPoison(async () => (await sharedRuntime(message)).poison(), queue, message);
      context.log(line('given-up', { queue, ...idsIn(message), done }));
    },
  });
}
