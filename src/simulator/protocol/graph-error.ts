import type { JsonObject } from './json.js';
import { graphTimestamp } from './timestamps.js';

/** An error as Graph answers it. Source: Microsoft Graph error responses and resource types. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  /**
   * @param status of HTTP
   * @param code Graph's word for it
   * @param message Graph's sentence; clients must not branch on it
   * @param headers beyond those of every answer
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
export const notFound = (id: string) =>
  new GraphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
export const methodNotAllowed = () =>
  new GraphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.');
/** What Graph can do and the simulator cannot: said aloud, so that no test passes by accident. */
export const notSimulated = (what: string) =>
  new GraphError(501, 'NotImplemented', `The simulator does not play ${what}.`);

/**
 * The body of an error answer.
 * @param of code and message
 * @param ids request id and client request id
 * @returns `{error: {code, message, innerError}}`; the date has no zone, as Graph's has none
 */
export function errorBody(
  of: { code: string; message: string },
  ids: { requestId: string; clientRequestId: string },
): JsonObject {
  const innerError = {
    date: graphTimestamp().slice(0, 19),
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId,
  };
  return { error: { code: of.code, message: of.message, innerError } };
}
