import { app } from '@azure/functions';
import { systemClock } from '../clock.js';
import { sharedHealth } from '../jobs/doctor/health.js';
import { version } from '../version.js';
import { healthPath } from '../web/auth/health-path.js';
import { healthResponse } from '../web/routes/health-response.js';
import { asResponseInit } from './as-fetch.js';
import { sharedInstallation } from './shared-runtime.js';

const installation = async () => {
  const shared = await sharedInstallation();
  return { ...shared, tenants: shared.config.tenants };
};
const health = sharedHealth(installation, { clock: systemClock, version });

app.http('health', {
  route: healthPath.slice(1),
  methods: ['GET', 'HEAD'],
  // It says nothing that a stranger could use, and a probe cannot sign in.
  authLevel: 'anonymous',
  handler: async () => asResponseInit(healthResponse(await health())),
});
