import { app } from '@azure/functions';
import { requestNightlyScan } from '../jobs/scan/request-scan.js';
import { namedTenants } from '../model/tenant/tenant-choice.js';
import { line } from './log-lines.js';
import { sharedInstallation } from './shared-runtime.js';

app.timer('nightlyScan', {
  schedule: '%SCAN_SCHEDULE%',
  retry: { strategy: 'fixedDelay', delayInterval: { minutes: 5 }, maxRetryCount: 3 },
  handler: async (timer, context) => {
    const installation = await sharedInstallation();
    const { tenants } = installation;
    const request = await requestNightlyScan(installation.nightlyScan(), timer.scheduleStatus, tenants.tenantIds);
    const named = namedTenants(tenants);
    // One line per tenant: the alert about a tenant without a complete scan reads these lines.
    for (const tenantId of named.length > 0 ? named : [undefined])
      context.log(line('scan-requested', { ...request, tenantId, late: timer.isPastDue }));
  },
});
