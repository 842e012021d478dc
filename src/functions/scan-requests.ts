import { app } from '@azure/functions';
import { queueNames } from '../jobs/ports/index.js';
import { deliveryOf } from '../jobs/queues/queue-delivery.js';
import { scanOnRequest } from '../jobs/scan/request-scan.js';
import { line, logOutcome, scanLine } from './log-lines.js';
import { connection } from './queue-connection.js';
import { sharedRuntime } from './shared-runtime.js';

app.storageQueue('scanRequests', {
  queueName: queueNames.scanRequests,
  connection,
  handler: async (message, context) => {
    const runtime = await sharedRuntime(message);
    await scanOnRequest(runtime.scanContext(), message, {
      delivery: deliveryOf(message, context.triggerMetadata),
      // Only a scan that this process has run is logged as finished: a row may come from any writer of the table.
      onEnded: (scan) => logOutcome(context, scan.status, scanLine(scan)),
      onReplay: (replay) => context.log(line('scan-replayed', replay)),
    });
  },
});
