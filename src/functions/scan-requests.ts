import { app } from '@azure/functions';
import { queueNames } from '../jobs/ports/index.js';
import { scanOnRequest } from '../jobs/scan/request-scan.js';
import { logOutcome, scanLine } from './log-lines.js';
import { connection } from './queue-connection.js';
import { sharedRuntime } from './shared-runtime.js';

app.storageQueue('scanRequests', {
  queueName: queueNames.scanRequests,
  connection,
  handler: async (message, context) => {
    const runtime = await sharedRuntime(message);
    const scan = await scanOnRequest(runtime.scanContext(), message);
    logOutcome(context, scan.status, scanLine(scan));
  },
});
