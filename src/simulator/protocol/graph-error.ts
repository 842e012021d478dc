import type { JsonObject } from './json.js';
import { graphTimestamp } from './timestamps.js';

/** A Graph error. Source: "Microsoft Graph error responses and resource types". */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  /**
   * @param status HTTP status
   * @param code Graph's error code
   * @param message Graph's text; clients must not branch on it
   * @param headers headers for this answer only
   */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export const badRequest = (message: string) => new GraphError(400, 'Request_BadRequest', message);
export const unsupportedQuery = (message: string) => new GraphError(400, 'Request_UnsupportedQuery', message);
export const accessDenied = () =>
  new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
/**
 * Source: Microsoft identity platform, "Claims challenges, claims requests and client capabilities".
 * @param claims JSON; with it, the answer is a claims challenge
 */
export const tokenRevoked = (claims?: string) => {
  const challenge = claims && `, error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
  return new GraphError(401, 'InvalidAuthenticationToken', 'Continuous access evaluation resulted in challenge.', {
    'WWW-Authenticate': `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"${challenge ?? ''}`,
  });
};
/** Source: Microsoft 365 developer blog, "Duration of change tracking tokens for identity and education resources". */
export const syncStateNotFound = () =>
  new GraphError(
    400,
    'syncStateNotFound',
    'The sync state generation is not found. The delta token is expired and data must be synchronized again.',
  );
/** Source: "Use delta query to track changes", synchronization reset: 410 and a Location with an empty token. */
export const resyncRequired = () =>
  new GraphError(410, 'resyncRequired', 'Resync required. Replace any local items with the server version.', {
    Location: 'https://graph.microsoft.com/v1.0/applications/delta?$deltatoken=',
  });
export const notFound = (id: string) =>
  new GraphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
export const methodNotAllowed = () =>
  new GraphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.');
/** Graph supports the feature, the simulator does not. The explicit error keeps a test from passing by accident. */
export const notSimulated = (what: string) =>
  new GraphError(501, 'NotImplemented', `The simulator does not play ${what}.`);

/**
 * The body of an error answer.
 * @returns `{error: {code, message, innerError}}`; the date has no time zone, as in Graph
 */
export function errorBody(
  { code, message }: { code: string; message: string },
  ids: { requestId: string; clientRequestId: string },
): JsonObject {
  const innerError = {
    date: graphTimestamp().slice(0, 19),
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId,
  };
  return { error: { code, message, innerError } };
}
