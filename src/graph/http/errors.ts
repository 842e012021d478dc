import { ConsentinelError, type ErrorCode } from '../../model/errors.js';
import { maskedGraphError } from './error-body.js';
import { howToGrant, permissionFor } from './permission.js';

/** What is known of a call to Graph that failed. */
export interface CallFacts {
  readonly method: string;
  /** As requested, without its query: tokens of pages and filters are nobody's business. */
  readonly path: string;
  readonly attempts: number;
  readonly status?: number | undefined;
  /** Graph's error code, an open string. */
  readonly graphCode?: string | undefined;
  /** What Microsoft's support asks for. */
  readonly requestId?: string | undefined;
  /** Sent along by us; names the call where no answer came. */
  readonly clientRequestId?: string | undefined;
}

/**
 * The facts of a call that was answered, for errors about what the answer holds; never the answer itself.
 * @param path as requested, with or without its query
 */
export function callFacts(
  method: string,
  path: string,
  answer: { readonly status: number; readonly requestId: string | undefined },
): CallFacts {
  return { method, path: path.replace(/\?.*/s, ''), attempts: 1, status: answer.status, requestId: answer.requestId };
}

/** A call to Graph that failed, with its facts for callers that decide on them. */
export class GraphCallError extends ConsentinelError {
  constructor(
    code: ErrorCode,
    message: string,
    readonly call: CallFacts,
    remedy?: string,
    options?: ErrorOptions,
  ) {
    super(code, message, remedy, options);
  }
}

const rejectedRemedy =
  'Graph did not accept the access token: check that the identity is enabled and belongs to this tenant and cloud, and sign in again.';
const laterRemedy = 'Run again later; if it lasts, look at the service health of Microsoft 365.';
const proxyRemedy =
  'Check for a proxy that rewrites answers between this machine and Graph; Microsoft support asks for the request-id.';
const networkRemedy = 'Check the network, the proxy and GRAPH_ENDPOINT, then run again.';

/**
 * The error for an answer whose status is not 2xx.
 * Source: Graph, error responses and resource types: the status decides, codes differ by backend.
 * @param said Graph's own sentence, if any
 * @param note why it was not tried again, a full sentence
 */
export function refusal(call: CallFacts & { status: number }, said?: string, note?: string): GraphCallError {
  const { status, graphCode } = call;
  const message = sentence(call, `was answered ${status}${graphCode ? ` ${graphCode}` : ''}`, said, note);
  if (status === 401) return new GraphCallError('credential-rejected', message, call, rejectedRemedy);
  if (status === 403 && !isBeyondGrants(graphCode)) return permissionMissing(call, message);
  if (status === 429 || status >= 500) return new GraphCallError('graph-unavailable', message, call, laterRemedy);
  return new GraphCallError('graph-rejected', message, call);
}

function permissionMissing(call: CallFacts, message: string): GraphCallError {
  const permission = permissionFor(call.method, call.path);
  const needed = permission ? ` It needs the application permission ${permission}.` : '';
  return new GraphCallError('permission-missing', message + needed, call, howToGrant(permission));
}

/** A 403 that no grant cures: a locked service principal, a missing licence. */
function isBeyondGrants(graphCode: string | undefined): boolean {
  return /^CannotUpdate|NonPremium/i.test(graphCode ?? '');
}

/**
 * The error for an answer that is not what Graph promises.
 * @param what the fault, never quoting the answer: it may hold secrets
 */
export function malformed(call: CallFacts, what: string, note?: string): GraphCallError {
  const message = sentence(call, `was answered with ${what}`, undefined, note);
  return new GraphCallError('graph-malformed', message, call, proxyRemedy);
}

/** The error for a call that got no whole answer. */
export function unanswered(call: CallFacts, why: string, note?: string, cause?: unknown): GraphCallError {
  const message = sentence(call, `failed: ${why}`, undefined, note);
  return new GraphCallError('graph-unavailable', message, call, networkRemedy, { cause });
}

function sentence(call: CallFacts, what: string, said?: string, note?: string): string {
  const own = call.clientRequestId && ` (client-request-id ${call.clientRequestId})`;
  const id = call.requestId ? ` (request-id ${call.requestId})` : (own ?? '');
  const attempts = call.attempts > 1 ? `, after ${call.attempts} attempts` : '';
  const facts = `${call.method} ${call.path} ${what}${id}${attempts}.`;
  return [facts, said && `Graph says: ${maskedGraphError(said)}`, note].filter(Boolean).join(' ');
}
