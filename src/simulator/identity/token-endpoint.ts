import { randomUUID } from 'node:crypto';
import type { Answer } from '../protocol/answer.js';
import type { Identity } from '../protocol/identity.js';
import { graphTimestamp } from '../protocol/timestamps.js';
import type { Identities } from './identities.js';

/** A request to the token endpoint, with the identities that it is checked against. */
export interface AppTokenRequest {
  /** The tenant in the path. */
  readonly tenantId: string;
  readonly form: URLSearchParams;
  /** The identities of that tenant; undefined if there is no such tenant. */
  readonly identities: Identities | undefined;
  /** The identities of the host's own tenant. The app trusts its reader. */
  readonly home: Identities;
}

/** The required audience of the reader's token. Source: "Configure an application to trust a managed identity". */
const exchangeAudience = 'api://AzureADTokenExchange';
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * The token endpoint of Microsoft Entra, `POST /{tenant}/oauth2/v2.0/token`, for the multi-tenant app only: the client
 * credentials flow with a token of the reader as the client assertion.
 * Sources: "OAuth 2.0 client credentials flow", third case; "Microsoft Entra authentication and authorization error
 * codes".
 */
export function answerAppTokenRequest(request: AppTokenRequest): Answer {
  const { identities, form, tenantId } = request;
  if (!identities) return errorAnswer(noTenant(tenantId));
  const error = errorOf(request, identities);
  if (error) return errorAnswer(error);
  const audience = (form.get('scope') ?? '').replace(/\/\.default$/, '');
  const { token, lifetime } = identities.issue(identities.app, audience, form.get('claims') ?? '');
  return answer(200, { token_type: 'Bearer', expires_in: lifetime, ext_expires_in: lifetime, access_token: token });
}

/** An error of the token endpoint. */
interface TokenError {
  readonly status: 400 | 401;
  readonly error: string;
  readonly code: number;
  readonly message: string;
}

function errorOf({ tenantId, form, home }: AppTokenRequest, identities: Identities): TokenError | undefined {
  const clientId = form.get('client_id')?.toLowerCase() ?? '';
  const grant = form.get('grant_type');
  if (grant !== 'client_credentials') {
    const message = `The app requested an unsupported grant type '${grant}'.`;
    return { status: 400, error: 'unsupported_grant_type', code: 70003, message };
  }
  if (clientId !== identities.app.clientId) return notFound(clientId, tenantId);
  const assertion = assertionError(form, home);
  if (assertion) return assertion;
  if (identities.consented) return undefined;
  const message = `The client application ${clientId} is missing service principal in the tenant ${tenantId}.`;
  return { status: 401, error: 'invalid_client', code: 7000229, message };
}

function assertionError(form: URLSearchParams, home: Identities): TokenError | undefined {
  const given = form.get('client_assertion');
  const invalid = (code: number, message: string): TokenError => ({
    status: 401,
    error: 'invalid_client',
    code,
    message,
  });
  if (!given || form.get('client_assertion_type') !== assertionType) {
    const message = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
    return invalid(7000218, message);
  }
  const issued = home.issued(given);
  if (!issued) return invalid(700027, 'The certificate with identifier used to sign the client assertion is unknown.');
  if (home.isExpired(issued)) return invalid(700024, 'Client assertion is not within its valid time range.');
  if (issued.audience !== exchangeAudience) return unmatched(700212, 'audience', issued.audience);
  return trusted(issued.identity) ? undefined : unmatched(700213, 'subject', issued.identity.objectId);
}

/** The app has one federated credential, for the reader. */
const trusted = ({ name }: Identity) => name === 'reader';

function unmatched(code: number, claim: string, value: string): TokenError {
  const message = `No matching federated identity record found for presented assertion ${claim} '${value}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion.`;
  return { status: 401, error: 'invalid_client', code, message };
}

function noTenant(tenantId: string): TokenError {
  return { status: 400, error: 'invalid_request', code: 90002, message: `Tenant '${tenantId}' not found.` };
}

function notFound(clientId: string, tenantId: string): TokenError {
  const message = `Application with identifier '${clientId}' was not found in the directory '${tenantId}'.`;
  return { status: 400, error: 'unauthorized_client', code: 700016, message };
}

/** Source: "Handling error codes in your application". */
function errorAnswer({ status, error, code, message }: TokenError): Answer {
  const ids = { trace_id: randomUUID(), correlation_id: randomUUID() };
  const timestamp = graphTimestamp().replace('T', ' ');
  const description = `AADSTS${code}: ${message} Trace ID: ${ids.trace_id} Correlation ID: ${ids.correlation_id} Timestamp: ${timestamp}`;
  return answer(status, { error, error_description: description, error_codes: [code], timestamp, ...ids });
}

function answer(status: number, body: object): Answer {
  return { status, headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}
