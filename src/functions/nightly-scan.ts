import { app } from '@azure/functions';
import { requestNightlyScan } from '../jobs/request-scan.js';
import { line } from './log-lines.js';
import { sharedInstallation } from './shared-runtime.js';

app.timer('nightlyScan', {
  schedule: '%SCAN_SCHEDULE%',
  retry: { strategy: 'fixedDelay', delayInterval: { minutes: 5 }, maxRetryCount: 3 },
  handler: async (timer, context) => {
    const installation = await sharedInstallation();
    const request = await requestNightlyScan(installation, timer.scheduleStatus, installation.config.tenantIds);
    context.log(line('scan-requested', { ...request, late: timer.isPastDue }));
  },
});
