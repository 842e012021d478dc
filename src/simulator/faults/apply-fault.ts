import { type Answer, takeText } from '../protocol/answer.js';
import { accessDenied, GraphError } from '../protocol/graph-error.js';
import { isObject, type JsonObject } from '../protocol/json.js';
import type { Fault, PageFault } from './fault.js';

/** What a fault needs to act. */
export interface FaultyRequest {
  /** Carries the request out. */
  proceed(pageFault?: PageFault): Answer;
  /** Makes an error into an answer. */
  fail(error: GraphError): Answer;
  /** Changes the object of the request, as another writer. */
  writeConcurrently(patch: JsonObject): void;
}

/** Carries a request out with a fault. */
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
      return request.proceed(fault.kind);
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

/** A write that was refused has no effect to hide. */
function afterWrite(answer: Answer, otherwise: () => Answer): Answer {
  return answer.status < 400 ? otherwise() : answer;
}

/** Half a JSON text, with the length of half. */
function malformed(answer: Answer): Answer {
  const { release: _, ...rest } = answer;
  const text = takeText(answer) || '{"value":[]}';
  return { ...rest, body: text.slice(0, Math.ceil(text.length / 2)) };
}

/** Source: reports of large tenants; the listing has to begin anew. */
function expiredPageToken(): GraphError {
  const message = 'The specified page token value has expired and can no longer be included in your request.';
  return new GraphError(400, 'Directory_ExpiredPageToken', message);
}

const usual: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['Request_BadRequest', 'The request is not valid.'],
  401: ['InvalidAuthenticationToken', 'Access token has expired or is not yet valid.'],
  403: ['Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'],
  404: ['Request_ResourceNotFound', 'The resource does not exist.'],
  429: ['TooManyRequests', 'Please retry again later.'],
  500: ['InternalServerError', 'An internal server error occurred.'],
  503: ['ServiceUnavailable', 'The service is unavailable.'],
  504: ['UnknownError', 'The gateway did not get an answer in time.'],
};

function errorOf(status: number, headers: Readonly<Record<string, string>> = {}): GraphError {
  const [code, message] = usual[status] ?? ['UnknownError', ''];
  return new GraphError(status, code, message, headers);
}
