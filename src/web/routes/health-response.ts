import type { Health } from '../../jobs/doctor/health.js';
import { securityHeaders } from '../auth/headers.js';
import { healthPath } from '../auth/health-path.js';

/** The health as a probe wants it: the status says it all, and no cache keeps it. */
export function healthResponse(health: Health): Response {
  return Response.json(health, { status: health.status === 'ok' ? 200 : 503, headers: securityHeaders });
}

/** Whether a request is a probe's. */
export function asksForHealth({ method, url }: Request): boolean {
  return /^(GET|HEAD)$/.test(method) && new URL(url).pathname === healthPath;
}
