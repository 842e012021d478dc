import { type Answer, takeText } from '../protocol/answer.js';
import { accessDenied, GraphError, resyncRequired, syncStateNotFound, tokenRevoked } from '../protocol/graph-error.js';
import { isObject, type JsonObject } from '../protocol/json.js';
import type { Fault, PageFault } from './fault.js';

/** The request that a fault affects, as operations. */
export interface FaultyRequest {
  /** Answers the request as without the fault. */
  proceed(pageFault?: PageFault): Answer;
  /** Converts an error into an answer. */
  fail(error: GraphError): Answer;
  /** Changes the object of the request, as another client does. */
  writeConcurrently(patch: JsonObject): void;
  /** Rejects the tokens of the identity from now on. */
  revokeTokens(claims: string | undefined): void;
}

/** Answers a request with a fault. */
export function applyFault(fault: Fault, request: FaultyRequest): Answer {
  switch (fault.kind) {
    case 'status':
      return statusAnswer(fault, request);
    case 'drop':
      return fault.when === 'before'
        ? { status: 0, transmission: 'drop-before' }
        : { ...request.proceed(), transmission: 'drop-inside-body' };
    case 'malformed-json':
      return malformed(request.proceed());
    case 'html-502':
      return { status: 502, headers: { 'Content-Type': 'text/html' }, body: html };
    case 'hang':
      return { status: 0, transmission: 'hang' };
    case 'expired-page-token':
      return request.fail(expiredPageToken());
    case 'repeat-object':
    case 'empty-page':
    case 'no-next-link':
    case 'skip-page':
    case 'empty-page-skip':
    case 'loop':
    case 'delta-replay':
    case 'delta-repeat':
      return request.proceed(fault);
    case 'delta-expired':
      return request.fail(syncStateNotFound());
    case 'delta-reset':
      return request.fail(resyncRequired());
    case 'token-revoked':
      request.revokeTokens(fault.claims);
      return request.fail(tokenRevoked(fault.claims));
    case 'refused':
      return request.fail(accessDenied());
    case 'after-write-status':
      return afterWrite(request.proceed(), () => request.fail(errorOf(fault.status, fault.headers)));
    case 'after-write-drop':
      return afterWrite(request.proceed(), () => ({ status: 0, transmission: 'drop-before' }));
    case 'concurrent-write':
      request.writeConcurrently(fault.patch);
      return request.proceed();
  }
}

const html =
  '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>';

function statusAnswer(fault: Fault & { kind: 'status' }, request: FaultyRequest): Answer {
  const { status, headers = {}, body } = fault;
  if (typeof body === 'string') return { status, headers: { 'Content-Type': 'text/plain', ...headers }, body };
  const answer = request.fail(errorOf(status, headers));
  return isObject(body) ? { ...answer, body: JSON.stringify(body) } : answer;
}

/** The fault hides a successful write only. */
function afterWrite(answer: Answer, otherwise: () => Answer): Answer {
  return answer.status < 400 ? otherwise() : answer;
}

/** The first half of the JSON text, with the Content-Length of the half. */
function malformed(answer: Answer): Answer {
  const { release: _, ...rest } = answer;
  const text = takeText(answer) || '{"value":[]}';
  return { ...rest, body: text.slice(0, Math.ceil(text.length / 2)) };
}

/** Source: reports from large tenants. The client must restart the listing. */
function expiredPageToken(): GraphError {
  const message = 'The specified page token value has expired and can no longer be included in your request.';
  return new GraphError(400, 'Directory_ExpiredPageToken', message);
}

const defaultErrors: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['Request_BadRequest', 'The request is not valid.'],
  401: ['InvalidAuthenticationToken', 'Access token has expired or is not yet valid.'],
  403: ['Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'],
  404: ['Request_ResourceNotFound', 'The resource does not exist.'],
  429: ['TooManyRequests', 'Please retry again later.'],
  408: ['RequestTimeout', 'The server timed out waiting for the request.'],
  500: ['InternalServerError', 'An internal server error occurred.'],
  503: ['ServiceUnavailable', 'The service is unavailable.'],
  504: ['UnknownError', 'The gateway did not get an answer in time.'],
};

function errorOf(status: number, headers: Readonly<Record<string, string>> = {}): GraphError {
  const [code, message] = defaultErrors[status] ?? ['UnknownError', ''];
  return new GraphError(status, code, message, headers);
}
