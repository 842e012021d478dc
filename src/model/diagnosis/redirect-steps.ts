import { type DiagnosisStep, stepsOf } from './diagnosis.js';
import type { RequestContext } from './request-flow.js';
import type { TokenRequest } from './token-request.js';

const { ok, fails } = stepsOf('request');
const loopback = /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d{1,5})?(?=\/|$)/i;

/**
 * The redirect URI of the request. The port of a loopback address is not compared.
 * Source: Microsoft identity platform, redirect URI restrictions and limitations; error code 50011.
 */
export function redirectSteps(request: TokenRequest, { redirectUris }: RequestContext): DiagnosisStep[] {
  const sent = request.value('redirect_uri')?.trim();
  if (sent === undefined || request.hides('redirect_uri') || !redirectUris?.length) return [];
  const step = 'redirect_uri is registered for the app';
  const isRegistered = redirectUris.some((uri) => uri.includes('*') || withoutPort(uri) === withoutPort(sent));
  if (isRegistered) return [ok(step, 'redirect_uri is registered.')];
  const fix = 'Register the redirect URI of the request, or send a registered one. The comparison is case-sensitive.';
  return [
    fails(step, `redirect_uri is not one of the ${redirectUris.length} redirect URIs of the app.`, fix, {
      code: 'AADSTS50011',
    }),
  ];
}

/** Source: the same page: the host is not case-sensitive, the path is. */
function withoutPort(uri: string): string {
  const text = uri.replace(loopback, 'http://localhost');
  return text.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, (origin) => origin.toLowerCase());
}
