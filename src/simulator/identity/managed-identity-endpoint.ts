import { randomUUID } from 'node:crypto';
import type { Answer } from '../protocol/answer.js';
import type { Identities } from './identities.js';

/** A request to the managed identity endpoint. */
export interface ManagedIdentityRequest {
  readonly method: string;
  readonly query: URLSearchParams;
  /** The value of X-IDENTITY-HEADER. */
  readonly secret: string | undefined;
}

/**
 * The managed identity endpoint of App Service and Functions:
 * `GET {IDENTITY_ENDPOINT}?resource=…&api-version=2019-08-01`.
 * Source: "How to use managed identities for App Service and Azure Functions", REST endpoint reference.
 */
export function answerManagedIdentityRequest(
  identities: Identities,
  secret: string,
  request: ManagedIdentityRequest,
): Answer {
  const { query } = request;
  const resource = query.get('resource');
  if (request.method !== 'GET') return refusal(405, 'The requested resource does not support the HTTP method.');
  if (request.secret !== secret) return refusal(401, 'The X-IDENTITY-HEADER header is missing or wrong.');
  if (query.get('api-version') !== '2019-08-01') return refusal(400, 'The api-version is missing or not supported.');
  if (!resource) return refusal(400, 'The resource is missing.');
  const identity = identities.find(query.get('client_id'));
  if (!identity || query.has('principal_id') || query.has('mi_res_id')) return refusal(400, unknownIdentity);
  const { token, expiresOn } = identities.issue(identity, resource);
  const answer = { access_token: token, expires_on: String(expiresOn), resource, token_type: 'Bearer' };
  return tokenAnswer(200, { ...answer, client_id: identity.clientId });
}

/** Source: App Service's answer for an identity that is not assigned to the app. */
const unknownIdentity =
  'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.';

function refusal(statusCode: number, message: string): Answer {
  return tokenAnswer(statusCode, { statusCode, message, correlationId: randomUUID() });
}

function tokenAnswer(status: number, body: object): Answer {
  return { status, headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}
