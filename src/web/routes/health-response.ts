import type { Health } from '../../jobs/doctor/health.js';
import { securityHeaders } from '../auth/headers.js';
import { healthPath } from '../auth/health-path.js';

/** The response to a probe: 200 where the installation is healthy, else 503; never cached. */
export function healthResponse(health: Health): Response {
  return Response.json(health, { status: health.status === 'ok' ? 200 : 503, headers: securityHeaders });
}

/** Whether a request is a probe of the health endpoint. */
export function asksForHealth({ method, url }: Request): boolean {
  return /^(GET|HEAD)$/.test(method) && new URL(url).pathname === healthPath;
}
