import { app } from '@azure/functions';
import { systemClock } from '../clock.js';
import { sharedHealth } from '../jobs/doctor/health.js';
import { version } from '../version.js';
import { healthPath } from '../web/auth/health-path.js';
import { bodyRefused, hasBody, healthResponse } from '../web/routes/health-response.js';
import { asResponseInit } from './as-fetch.js';
import { sharedInstallation } from './shared-runtime.js';

const health = sharedHealth(async () => (await sharedInstallation()).health(), { clock: systemClock, version });

app.http('health', {
  route: healthPath.slice(1),
  methods: ['GET', 'HEAD'],
  // A probe cannot sign in, and the answer holds nothing about the tenant.
  authLevel: 'anonymous',
  handler: async (request) =>
    asResponseInit(
      hasBody(request.headers)
        ? bodyRefused()
        : healthResponse(await health(), new Request(request.url, { headers: [...request.headers] })),
    ),
});
