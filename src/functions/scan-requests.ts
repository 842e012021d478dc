import { app } from '@azure/functions';
import { queueNames } from '../jobs/ports/index.js';
import { deliveryOf } from '../jobs/queues/queue-delivery.js';
import { scanOrWait } from '../jobs/scan/scan-or-wait.js';
import { runningScans } from './end-scans.js';
import { idsIn, line, logOutcome, scanLine } from './log-lines.js';
import { connection } from './queue-connection.js';
import { sharedRuntime } from './shared-runtime.js';

app.storageQueue('scanRequests', {
  queueName: queueNames.scanRequests,
  connection,
  handler: async (message, context) => {
    const runtime = await sharedRuntime(message);
    await runningScans.run((signal) =>
      scanOrWait(
        runtime.scanContext(),
        message,
        {
          signal,
          delivery: deliveryOf(message, context.triggerMetadata),
          // Only a scan that this process has run is logged as finished: a row may come from any writer of the table.
          onEnded: (scan) => logOutcome(context, scan.status, scanLine(scan)),
          onContinued: (scan) => context.log(line('scan-continued', scan)),
          onReplay: (replay) => context.log(line('scan-replayed', replay)),
        },
        ({ waits, postponed }) => {
          const text = line(postponed ? 'scan-postponed' : 'scan-skipped', { ...idsIn(message), waits });
          if (postponed) context.log(text);
          else context.warn(text);
        },
      ),
    );
  },
});
