import { app } from '@azure/functions';
import { sendAlerts } from '../jobs/alerts/send-alerts.js';
import { queueNames } from '../jobs/ports/index.js';
import { alertLine } from './log-lines.js';
import { connection } from './queue-connection.js';
import { sharedRuntime } from './shared-runtime.js';

app.storageQueue('alerts', {
  queueName: queueNames.alerts,
  connection,
  handler: async (message, context) => {
    const runtime = await sharedRuntime(message);
    const report = await sendAlerts(runtime.alerts(), message);
    context.log(alertLine(report));
  },
});
