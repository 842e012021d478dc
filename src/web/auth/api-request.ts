import type { Authenticator, Session } from './authenticator.js';

/** Why a request to the API is rejected. */
export interface ApiRejection {
  readonly status: 401 | 403 | 415;
  readonly message: string;
}

/** Whether the path of a request is one of the API. */
export function isApiPath(path: string): boolean {
  return /(^|\/)api\/findings\//.test(path);
}

/**
 * The reason to reject a decision of the API; undefined for a valid one. Only a client that adds a bearer token and JSON by
 * itself passes: a page of another site can send neither without permission, and a browser that is signed in by a cookie
 * is refused. App Service has validated the token before.
 * Source: Fetch, "CORS protocol" (`Authorization` and `application/json` need a preflight, which this app never answers).
 */
export function apiRejection(
  { headers }: Request,
  authenticator: Pick<Authenticator, 'validatesBearerTokens'>,
  session: Session,
): ApiRejection | undefined {
  if (!authenticator.validatesBearerTokens)
    return { status: 403, message: 'This page does not validate bearer tokens. Decide in the browser.' };
  if (!/^Bearer \S+$/i.test(headers.get('authorization') ?? ''))
    return { status: 401, message: 'The API needs an access token: Authorization: Bearer.' };
  if (headers.has('cookie') || headers.has('origin') || headers.has('sec-fetch-site'))
    return { status: 403, message: 'The API refuses requests of browsers: they have a cookie or an origin.' };
  if (!/^application\/json\s*(;|$)/i.test(headers.get('content-type') ?? ''))
    return { status: 415, message: 'The API accepts JSON only: Content-Type: application/json.' };
  if (!session.visitor.mayDecide)
    return { status: 403, message: 'The role Consentinel.Approver is missing: the user can read but not decide.' };
  return undefined;
}
