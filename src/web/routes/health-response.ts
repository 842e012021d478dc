import type { Health } from '../../jobs/doctor/health.js';
import { headersFor, securityHeaders } from '../auth/headers.js';
import { healthPath } from '../auth/health-path.js';

/** The response to a probe: 200 where the installation is healthy, else 503; never cached. */
export function healthResponse(health: Health, request: Request): Response {
  return Response.json(health, { status: health.status === 'ok' ? 200 : 503, headers: headersFor(request) });
}

/** Whether the headers of a request announce a body. A probe has none. */
export function hasBody(headers: { get(name: string): string | null }): boolean {
  return Number(headers.get('content-length') ?? 0) !== 0 || headers.get('transfer-encoding') !== null;
}

/** The response to a request with a body that the health endpoint does not read. */
export const bodyRefused = (): Response => new Response(null, { status: 400, headers: securityHeaders });

/** Whether a request is a probe of the health endpoint. */
export function asksForHealth({ method, url }: Request): boolean {
  return /^(GET|HEAD)$/.test(method) && new URL(url).pathname === healthPath;
}
