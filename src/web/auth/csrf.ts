import { createHmac } from 'node:crypto';
import type { Session } from './authenticator.js';
import { equalSecrets } from './secrets.js';

/** The name of the form field with the CSRF token. */
export const csrfTokenField = 'csrfToken';

/** The CSRF token of a session: HMAC-SHA256 of the author. Another site or another user cannot compute it. */
export function csrfTokenOf({ secret, visitor }: Session): string {
  return createHmac('sha256', secret).update(`form\n${visitor.author}`).digest('base64url');
}

/**
 * The reason to reject a form that changes state; undefined for a valid one. The browser sets `Origin` and `Sec-Fetch-Site`, and no page
 * can change them. The CSRF token binds the form to one browser and one user.
 * Source: Fetch, "Origin header"; Fetch Metadata Request Headers, "Sec-Fetch-Site".
 */
export function rejectionReason(
  request: Request,
  origins: readonly string[],
  session: Session,
  csrfToken: string,
): string | undefined {
  if (!session.visitor.mayDecide) return 'Your role can read but not decide.';
  return formProblem(request, origins, session, csrfToken);
}

/** The reason to reject a form that any signed-in user may send: it changes no state. */
export function formProblem(
  request: Request,
  origins: readonly string[],
  session: Session,
  csrfToken: string,
): string | undefined {
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  // With the policy `no-referrer` a browser can send the origin `null`: then only `Sec-Fetch-Site` counts.
  const hasOrigin = origin !== null && origin !== 'null';
  if (!hasOrigin && site === null) return 'Your browser did not send the origin of the form.';
  if (hasOrigin && !origins.includes(origin)) return 'The form came from another site.';
  if (site !== null && site !== 'same-origin') return 'The form came from another site.';
  if (!equalSecrets(csrfToken, csrfTokenOf(session))) return 'The form belongs to an earlier session. Reload the page.';
  return undefined;
}
