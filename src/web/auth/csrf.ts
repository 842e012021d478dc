import { createHmac } from 'node:crypto';
import type { Session } from './authenticator.js';
import { equalSecrets } from './secrets.js';

/** The name of the form field that proves a form was made for this browser. */
export const csrfTokenField = 'proof';

/** Signs the forms of a session: another site cannot know it, and neither can another visitor of this browser. */
export function csrfTokenOf({ secret, visitor }: Session): string {
  return createHmac('sha256', secret).update(`form\n${visitor.author}`).digest('base64url');
}

/**
 * Why a request must not change anything; undefined where nothing speaks against it. The browser itself says where a
 * form came from, and no page can make it lie; the proof stands where a browser says nothing of use.
 * Source: Fetch, "Origin header"; Fetch Metadata Request Headers, "Sec-Fetch-Site".
 */
export function rejectionReason(
  request: Request,
  origins: readonly string[],
  session: Session,
  csrfToken: string,
): string | undefined {
  if (!session.visitor.mayDecide) return 'Your role lets you look, and not decide.';
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  // A page without a referrer sends the origin `null`: then only the browser's other word counts.
  const named = origin !== null && origin !== 'null';
  if (!named && site === null) return 'Your browser did not say where the form came from.';
  if (named && !origins.includes(origin)) return 'The form came from another site.';
  if (site !== null && site !== 'same-origin') return 'The form came from another site.';
  if (!equalSecrets(csrfToken, csrfTokenOf(session)))
    return 'The form is from an earlier session. Load the page again.';
  return undefined;
}
