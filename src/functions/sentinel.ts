import { app } from '@azure/functions';
import { requestSentinel } from '../jobs/sentinel/request-sentinel.js';
import { environment } from '../wiring/environment.js';
import { line } from './log-lines.js';
import { sharedInstallation } from './shared-runtime.js';

// Without the setting there is no function: the host cannot resolve a schedule that is not set.
if (environment.SENTINEL_SCHEDULE)
  app.timer('sentinel', {
    schedule: '%SENTINEL_SCHEDULE%',
    handler: async (timer, context) => {
      const installation = await sharedInstallation();
      const { tenantIds } = installation.tenants;
      const scanId = await requestSentinel(installation.nightlyScan(), timer.scheduleStatus, tenantIds);
      context.log(line('sentinel-requested', { scanId, late: timer.isPastDue }));
    },
  });
