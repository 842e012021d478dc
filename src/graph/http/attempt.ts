import type { Client } from '@microsoft/microsoft-graph-client';
import { ResponseType } from '@microsoft/microsoft-graph-client';
import { retryAfterMilliseconds } from '../../model/http/retry-after.js';
import { parseJson } from '../../scale/parse-json.js';
import { thrownBy } from './client.js';
import { TimedOut, withDeadline } from './deadline.js';
import { errorBodyOf } from './error-body.js';
import { credentialMissing, isCredentialError, networkReason } from './faults.js';
import { type Failure, resourceUnitsIn } from './throttle.js';

/** One request as it goes out. */
export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Absolute, on Graph's own origin. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An answer of 2xx, parsed; the body is undefined where there is none. */
export interface Success {
  readonly ok: true;
  readonly status: number;
  readonly body: unknown;
  readonly requestId: string | undefined;
  readonly resourceUnits: number;
}

/** An attempt that failed in a way that another attempt might cure, or that Graph refused. */
export interface Failed {
  readonly ok: false;
  readonly failure: Failure;
  readonly status?: number;
  readonly requestId?: string | undefined;
  readonly resourceUnits?: number;
  readonly graphCode?: string | undefined;
  readonly said?: string | undefined;
  /** Milliseconds. */
  readonly retryAfter?: number | undefined;
  /** For a person: what happened where there is no status to tell. */
  readonly why?: string;
  readonly cause?: unknown;
}

/** An answer that was read to its end and not yet looked at. */
export interface AttemptResponse {
  readonly response: Response;
  readonly bytes: Uint8Array;
}

/**
 * Sends one request, once, and reads the answer to its end, so that a connection dropped inside the body is a failure of
 * the attempt. `outcomeOf` says what the answer is.
 * @param timeout milliseconds for all of it, the token included
 * @throws ConsentinelError `credential-missing`; the signal's reason; a defect as it is
 */
export async function attempt(
  client: Client,
  request: Outgoing,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<AttemptResponse | Failed> {
  try {
    return await withDeadline(timeout, signal, (stop) => answerTo(client, request, stop));
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    return faultOf(thrownBy(error));
  }
}

async function answerTo(client: Client, request: Outgoing, signal: AbortSignal): Promise<AttemptResponse> {
  const call = client.api(request.url).headers(request.headers).option('signal', signal).responseType(ResponseType.RAW);
  const response: Response = await {
    GET: () => call.get(),
    POST: () => call.post(request.body),
    PATCH: () => call.patch(request.body),
    PUT: () => call.put(request.body),
    DELETE: () => call.delete(),
  }[request.method]();
  return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
}

function faultOf(error: unknown): Failed {
  if (error instanceof TimedOut) return { ok: false, failure: 'timeout', why: `no answer in ${error.milliseconds} ms` };
  if (isCredentialError(error)) throw credentialMissing(error);
  const reason = networkReason(error);
  if (reason === undefined) throw error;
  return { ok: false, failure: 'network', why: `the connection failed, ${reason}`, cause: error };
}

/** Parses an answer. */
export function outcomeOf(request: Outgoing, { response, bytes }: AttemptResponse): Success | Failed {
  const { status, headers } = response;
  const body = parseJson(bytes);
  const requestId = headers.get('request-id') ?? undefined;
  const resourceUnits = resourceUnitsIn(headers.get('x-ms-resource-unit'));
  if (!response.ok) {
    const said = errorBodyOf(body);
    const retryAfter = retryAfterMilliseconds(headers.get('retry-after'), headers.get('date'));
    const facts = { requestId: requestId ?? said.requestId, graphCode: said.code, said: said.message };
    return { ok: false, failure: status, status, retryAfter, resourceUnits, ...facts };
  }
  const mayBeEmpty = request.method !== 'GET' && bytes.length === 0;
  if (body === undefined && !mayBeEmpty) return { ok: false, failure: 'malformed', status, requestId, resourceUnits };
  return { ok: true, status, body, requestId, resourceUnits };
}
