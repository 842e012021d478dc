import { ConsentinelError, type ErrorCode } from '../../model/errors.js';
import { maskedGraphError } from './error-body.js';
import { howToGrant, permissionFor } from './permission.js';

/** The facts about a call to Graph, for errors. */
export interface CallFacts {
  readonly method: string;
  /** The requested path without its query, because page tokens and filters do not belong in logs. */
  readonly path: string;
  readonly attempts: number;
  readonly status?: number | undefined;
  /** Graph's error code, not an enumeration. */
  readonly graphCode?: string | undefined;
  /** Graph's id of the request. Microsoft support needs it. */
  readonly requestId?: string | undefined;
  /** The id that this program sends. It identifies the call when there is no response. */
  readonly clientRequestId?: string | undefined;
}

/**
 * The facts about a call with a response, for errors about the content. They never contain the content.
 * @param path the requested path, with or without its query
 */
export function callFacts(
  method: string,
  path: string,
  response: { readonly status: number; readonly requestId: string | undefined },
): CallFacts {
  return {
    method,
    path: path.replace(/\?.*/s, ''),
    attempts: 1,
    status: response.status,
    requestId: response.requestId,
  };
}

/** A failed call to Graph, with its facts for callers that depend on them. */
export class GraphCallError extends ConsentinelError {
  constructor(
    code: ErrorCode,
    message: string,
    readonly call: CallFacts,
    remedy?: string,
    options?: ErrorOptions,
    override readonly permission?: string | undefined,
  ) {
    super(code, message, remedy, options);
  }
}

const rejectedRemedy =
  'Graph did not accept the access token: check that the identity is enabled and belongs to this tenant and cloud, and sign in again.';
const laterRemedy = 'Run the command again later. If the error persists, check the service health of Microsoft 365.';
const proxyRemedy =
  'Check for a proxy that rewrites answers between this machine and Graph. Microsoft support needs the request-id.';
const licenseRemedy = 'The tenant needs Microsoft Entra ID P1 or P2 for it. Everything else works without it.';
const networkRemedy = 'Check the network, the proxy and GRAPH_ENDPOINT, then run the command again.';

/**
 * The error for a response whose status is not 2xx.
 * Source: Graph, error responses and resource types: the status decides, because codes differ by backend.
 * @param graphMessage Graph's error message, unmasked
 * @param note why there is no further attempt, a complete sentence
 */
export function refusal(call: CallFacts & { status: number }, graphMessage?: string, note?: string): GraphCallError {
  const { status, graphCode } = call;
  const message = sentence(call, `was answered ${status}${graphCode ? ` ${graphCode}` : ''}`, graphMessage, note);
  if (status === 401) return new GraphCallError('credential-rejected', message, call, rejectedRemedy);
  if (status === 403 && !isBeyondGrants(graphCode)) return permissionMissing(call, message);
  if (status === 403 && isUnlicensed(graphCode))
    return new GraphCallError('graph-unlicensed', message, call, licenseRemedy);
  if (status === 408 || status === 429 || status >= 500)
    return new GraphCallError('graph-unavailable', message, call, laterRemedy);
  return new GraphCallError('graph-rejected', message, call);
}

/**
 * The error for a call without its permission.
 * @param message one sentence about the call
 * @param permission to grant; by default the least privileged one for the call
 */
export function permissionMissing(
  call: CallFacts,
  message: string,
  permission = permissionFor(call.method, call.path),
): GraphCallError {
  const needed = permission ? ` The request needs the application permission ${permission}.` : '';
  return new GraphCallError(
    'permission-missing',
    message + needed,
    call,
    howToGrant(permission),
    undefined,
    permission,
  );
}

/** Whether Graph refused a call: the permission is missing, or it is not enough for an application. */
export function isRefused(error: unknown): boolean {
  return error instanceof GraphCallError && error.call.status === 403;
}

/** A 403 that no permission solves: a locked service principal, or a missing license. */
function isBeyondGrants(graphCode: string | undefined): boolean {
  return /^CannotUpdate/i.test(graphCode ?? '') || isUnlicensed(graphCode);
}

/** Source: Graph, list signIns: `Authentication_RequestFromNonPremiumTenantOrB2CTenant`. */
function isUnlicensed(graphCode: string | undefined): boolean {
  return /NonPremium/i.test(graphCode ?? '');
}

/**
 * The error for a response that differs from Graph's documentation.
 * @param what the difference, without content of the response, which can contain secrets
 */
export function malformed(call: CallFacts, what: string, note?: string): GraphCallError {
  const message = sentence(call, `was answered with ${what}`, undefined, note);
  return new GraphCallError('graph-malformed', message, call, proxyRemedy);
}

/** The error for a call without a complete response. */
export function unanswered(call: CallFacts, reason: string, note?: string, cause?: unknown): GraphCallError {
  const message = sentence(call, `failed: ${reason}`, undefined, note);
  return new GraphCallError('graph-unavailable', message, call, networkRemedy, { cause });
}

function sentence(call: CallFacts, what: string, graphMessage?: string, note?: string): string {
  const own = call.clientRequestId && ` (client-request-id ${call.clientRequestId})`;
  const id = call.requestId ? ` (request-id ${call.requestId})` : (own ?? '');
  const attempts = call.attempts > 1 ? `, after ${call.attempts} attempts` : '';
  const facts = `${call.method} ${call.path} ${what}${id}${attempts}.`;
  return [facts, graphMessage && `Graph says: ${maskedGraphError(graphMessage)}`, note].filter(Boolean).join(' ');
}

/** Source: Graph, error responses: 400 for a filter that is not supported, 501 for a property outside the main store. */
export function isRefusedFilter(error: unknown): boolean {
  return error instanceof GraphCallError && (error.call.status === 400 || error.call.status === 501);
}
