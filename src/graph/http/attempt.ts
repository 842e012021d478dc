import type { Client } from '@microsoft/microsoft-graph-client';
import { AuthenticationHandlerOptions, ResponseType } from '@microsoft/microsoft-graph-client';
import { retryAfterMilliseconds } from '../../model/http/retry-after.js';
import { parseJson } from '../../scale/parse-json.js';
import { type AccessTokens, claimsChallengeIn } from './access-tokens.js';
import { originalError } from './client.js';
import { DeadlineExceeded, withDeadline } from './deadline.js';
import { errorBodyOf, maskedRequestId } from './error-body.js';
import { credentialMissing, isCredentialError, networkReason } from './faults.js';
import { type FailureKind, resourceUnitsIn } from './throttle.js';

/** One HTTP request to Graph. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Absolute, on Graph's own origin. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A parsed response of status 2xx. */
export interface Success {
  readonly ok: true;
  readonly status: number;
  /** Parsed JSON; undefined for an empty body. */
  readonly body: unknown;
  readonly requestId: string | undefined;
  readonly resourceUnits: number;
}

/** A failed attempt: Graph refused the request, or there was no usable response. */
export interface FailedAttempt {
  readonly ok: false;
  readonly failure: FailureKind;
  readonly status?: number;
  readonly requestId?: string | undefined;
  readonly resourceUnits?: number;
  /** Graph's error code. */
  readonly graphCode?: string | undefined;
  /** Graph's error message, unmasked. */
  readonly graphMessage?: string | undefined;
  /** Milliseconds. */
  readonly retryAfter?: number | undefined;
  /** What happened when there is no status, for an error message. */
  readonly reason?: string;
  readonly cause?: unknown;
  /** The token that a 401 rejects, and the claims that a new token needs. */
  readonly rejectedToken?: { readonly token: string; readonly claims: string | undefined };
}

/** A response that was received completely and is not parsed yet. */
export interface AttemptResponse {
  readonly response: Response;
  readonly bytes: Uint8Array;
  /** The access token of the request. */
  readonly token: string;
}

/** The Graph client, and its access tokens. */
export interface GraphConnection {
  readonly client: Client;
  readonly tokens: AccessTokens;
}

/**
 * Sends one request once. It also receives the whole body: a connection that drops inside the body fails the attempt.
 * @param timeout milliseconds for the attempt, including the access token
 * @returns the response for `outcomeOf`, or the failure
 * @throws ConsentinelError `credential-missing`; the reason of an aborted signal; any other error is a defect
 */
export async function attempt(
  connection: GraphConnection,
  request: OutgoingRequest,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<AttemptResponse | FailedAttempt> {
  try {
    return await withDeadline(timeout, signal, (stop) => responseTo(connection, request, stop));
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    return failureOf(originalError(error));
  }
}

async function responseTo(
  { client, tokens }: GraphConnection,
  request: OutgoingRequest,
  signal: AbortSignal,
): Promise<AttemptResponse> {
  let token = '';
  const getAccessToken = async () => {
    token = await tokens.current(signal);
    return token;
  };
  const call = client
    .api(request.url)
    .headers(request.headers)
    .option('signal', signal)
    .middlewareOptions([new AuthenticationHandlerOptions({ getAccessToken })])
    .responseType(ResponseType.RAW);
  const response: Response = await {
    GET: () => call.get(),
    POST: () => call.post(request.body),
    PATCH: () => call.patch(request.body),
    PUT: () => call.put(request.body),
    DELETE: () => call.delete(),
  }[request.method]();
  return { response, bytes: new Uint8Array(await response.arrayBuffer()), token };
}

function failureOf(error: unknown): FailedAttempt {
  if (error instanceof DeadlineExceeded)
    return { ok: false, failure: 'timeout', reason: `no answer in ${error.milliseconds} ms` };
  if (isCredentialError(error)) throw credentialMissing(error);
  const reason = networkReason(error);
  if (reason === undefined) throw error;
  return { ok: false, failure: 'network', reason: `the connection failed, ${reason}`, cause: error };
}

/** Parses a response. A body may be empty only after a write. */
export function outcomeOf(
  request: OutgoingRequest,
  { response, bytes, token }: AttemptResponse,
): Success | FailedAttempt {
  const { status, headers } = response;
  const body = parseJson(bytes);
  const requestId = maskedRequestId(headers.get('request-id'));
  const resourceUnits = resourceUnitsIn(headers.get('x-ms-resource-unit'));
  if (!response.ok) {
    const graphError = errorBodyOf(body);
    const retryAfter = retryAfterMilliseconds(headers.get('retry-after'), headers.get('date'));
    return {
      ok: false,
      failure: status,
      status,
      retryAfter,
      resourceUnits,
      requestId: requestId ?? graphError.requestId,
      graphCode: graphError.code,
      graphMessage: graphError.message,
      ...(status === 401 && { rejectedToken: { token, claims: claimsChallengeIn(headers.get('www-authenticate')) } }),
    };
  }
  const mayBeEmpty = request.method !== 'GET' && bytes.length === 0;
  if (body === undefined && !mayBeEmpty) return { ok: false, failure: 'malformed', status, requestId, resourceUnits };
  return { ok: true, status, body, requestId, resourceUnits };
}
