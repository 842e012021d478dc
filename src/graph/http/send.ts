import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { TokenCredential } from '@azure/identity';
import type { Clock, DirectoryStats } from '../../jobs/ports/index.js';
import { retryAfterMilliseconds } from '../../model/http/retry-after.js';
import { AccessTokens } from './access-tokens.js';
import {
  type AttemptResponse,
  attempt,
  type FailedAttempt,
  type GraphConnection,
  type OutgoingRequest,
  outcomeOf,
  type Success,
} from './attempt.js';
import { createGraphClient, type GraphLocation, scopeOf, urlOf } from './client.js';
import type { ClockComparison } from './clock-comparison.js';
import { abortError, wait, withDeadline } from './deadline.js';
import { type CallFacts, type GraphCallError, malformed, refusal, unanswered } from './errors.js';
import { credentialMissing } from './faults.js';
import { type GovernedAnswer, Governor } from './governor.js';
import { isRead, isTransient, nextDelay, usedShareIn } from './throttle.js';
import { WaitingClock } from './waiting-clock.js';

/** One call to Graph. */
export interface GraphCall {
  readonly method: OutgoingRequest['method'];
  /** Relative to the version (`/applications/{id}`), with encoded values; or an absolute next link. */
  readonly path: string;
  /** Replaces the path in errors when the path contains personal data, because errors are logged. */
  readonly shownPath?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for all attempts and waits of this call. @default the option `budget` */
  readonly budget?: number;
  /** Delays parsing: an unparsed page takes a fourth of the memory, and the garbage collector does not copy it. */
  readonly parseAfter?: Promise<void>;
  /** Gets the unparsed body of every answer of status 2xx when it arrives. */
  readonly received?: (body: Uint8Array) => void;
  /** Goes before other requests that wait for their turn. */
  readonly urgent?: boolean | undefined;
  /** It may be sent in one batch with other calls that begin at the same time. */
  readonly mayBatch?: boolean | undefined;
  /** Requests a new token first: Graph rejected the current one inside a batch. */
  readonly newToken?: { readonly claims: string | undefined } | undefined;
}

/** The response to a call, always of status 2xx. */
export interface GraphResponse {
  readonly status: number;
  /** Parsed JSON; undefined for an empty body (202, 204). */
  readonly body: unknown;
  readonly requestId: string | undefined;
}

/**
 * Makes one call. Reads are retried within the budget (408, 429, 500, 502, 503, 504, network errors, timeouts, bodies that
 * are not JSON), and once with a new token after 401. A write is sent once. It is repeated only after 429, which Graph
 * returns before any effect.
 * @throws GraphCallError for a failure of Graph or the network; ConsentinelError `credential-missing`, `aborted`
 */
export type Send = (call: GraphCall) => Promise<GraphResponse>;

/** Timeouts and retries of calls. Tests replace `wait` and `random`. */
export interface CallOptions {
  /** Milliseconds for one attempt. @default 100000 */
  readonly timeout?: number;
  /** Milliseconds for all attempts and waits of a call. @default 300000 */
  readonly budget?: number;
  readonly wait?: Clock['wait'];
  /** A number from 0 to below 1, for the jitter of retries. */
  readonly random?: () => number;
  /** Called once with one line, if Graph has not answered a call for some seconds: a user who waits should know why. */
  readonly onNotice?: ((line: string) => void) | undefined;
}

/** Milliseconds. Most connections that drop work again earlier. */
const noticeAfter = 5_000;

/** Counts the requests of all calls. */
export type CallStats = Omit<DirectoryStats, 'pages'>;

/** The address of Graph, the identity that calls it, timeouts and retries. */
export interface GraphSettings extends CallOptions {
  readonly graph: GraphLocation;
  readonly credential: TokenCredential;
  /** Gets the headers of every answer. */
  readonly clocks?: Pick<ClockComparison, 'compare'>;
  /** The budget that the calls share. @default one of their own */
  readonly governor?: Governor;
}

/** What a call needs, with defaults applied. */
interface SendContext extends Required<Omit<CallOptions, 'onNotice'>>, GraphConnection {
  readonly graph: GraphLocation;
  readonly stats: CallStats;
  readonly clocks: Pick<ClockComparison, 'compare'> | undefined;
  readonly governor: Governor;
  notice: CallOptions['onNotice'];
}

/**
 * Creates the function that calls Graph.
 * @param stats is updated with every attempt
 */
export function createSend(
  settings: GraphSettings,
  stats: CallStats = { requests: 0, retries: 0, resourceUnits: 0 },
): Send {
  const { graph, credential, timeout = 100_000, budget = 300_000, random = Math.random } = settings;
  const tokens = new AccessTokens(credential, scopeOf(graph));
  const client = createGraphClient(graph, tokens);
  const { clocks, governor = new Governor(new WaitingClock(settings.wait ?? wait)) } = settings;
  const context: SendContext = {
    client,
    tokens,
    graph,
    clocks,
    stats,
    timeout,
    budget,
    random,
    governor,
    notice: settings.onNotice,
    wait: (milliseconds, signal) => governor.clock.wait(milliseconds, signal),
  };
  return async (call) => {
    // Each request under way listens to the signal of its scan.
    if (call.signal) setMaxListeners(0, call.signal);
    try {
      return await sendWithRetries(context, call);
    } catch (error) {
      throw call.signal?.aborted ? abortError(call.signal) : error;
    }
  };
}

async function sendWithRetries(context: SendContext, call: GraphCall): Promise<GraphResponse> {
  const request = requestOf(context.graph, call);
  const budget = call.budget ?? context.budget;
  let elapsed = 0;
  let mayRenewToken = isRead(call);
  if (call.newToken) await renewToken(context, call, undefined, call.newToken.claims);
  for (let attempts = 1; ; attempts++) {
    const { outcome, duration } = await timedAttempt(context, call, request, budget - elapsed, attempts > 1);
    if (outcome.ok) return { status: outcome.status, body: outcome.body, requestId: outcome.requestId };
    // Waits count with their requested duration, so that the budget does not depend on the machine.
    elapsed += duration;
    if (outcome.rejectedToken && mayRenewToken) {
      mayRenewToken = false;
      await renewToken(context, call, outcome.rejectedToken.token, outcome.rejectedToken.claims);
      continue;
    }
    const delay = nextDelay({
      ...outcome,
      attempt: attempts,
      read: isRead(call),
      elapsed,
      budget,
      random: context.random,
    });
    if (delay === undefined) throw errorOf(call, request, outcome, attempts, budget - elapsed);
    elapsed += delay;
    if (outcome.status === undefined && elapsed >= noticeAfter) noticeOnce(context, outcome, budget);
    await context.wait(delay, call.signal);
  }
}

function noticeOnce(context: SendContext, { reason }: FailedAttempt, budget: number): void {
  const { graph, notice } = context;
  context.notice = undefined;
  notice?.(
    `Microsoft Graph at ${graph.endpoint} does not answer (${reason ?? 'no answer'}). Requests are repeated for ${budget / 1000} s. To stop, press Ctrl+C.`,
  );
}

/** Every token request has a time limit of its own (`token-http-client.ts`); this one ends the wait of the caller. */
async function renewToken(
  { tokens, timeout }: SendContext,
  { signal }: GraphCall,
  rejected: string | undefined,
  claims: string | undefined,
): Promise<void> {
  try {
    await withDeadline(timeout, signal, () => tokens.renew(rejected, claims));
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw credentialMissing(error);
  }
}

async function timedAttempt(
  context: SendContext,
  call: GraphCall,
  request: OutgoingRequest,
  remaining: number,
  isRetry: boolean,
): Promise<{ outcome: Success | FailedAttempt; duration: number }> {
  call.signal?.throwIfAborted();
  const { governor, stats } = context;
  const cost = costOf(call);
  const pause = governor.pause(request.url, cost);
  if (pause > remaining) return { outcome: { ok: false, failure: 429, status: 429, retryAfter: pause }, duration: 0 };
  let duration = 0;
  const send = async () => {
    stats.requests++;
    if (isRetry) stats.retries++;
    const start = performance.now();
    const timeout = Math.max(1, Math.min(context.timeout, remaining));
    const response = await attempt(context, request, timeout, call.signal);
    duration = performance.now() - start;
    return response;
  };
  const response = await governor.run(request.url, call.signal, send, answerOf, { urgent: call.urgent, cost });
  if ('ok' in response) return { outcome: response, duration };
  context.clocks?.compare(response.response.headers);
  if (response.response.ok) {
    call.received?.(response.bytes);
    await call.parseAfter;
  }
  const outcome = outcomeOf(request, response);
  context.stats.resourceUnits += outcome.resourceUnits ?? 0;
  return { outcome, duration };
}

/** Graph counts each request of a batch on its own. Source: Graph, throttling and batching. */
function costOf({ path, body }: GraphCall): number {
  const { requests } = (path.endsWith('/$batch') ? body : {}) as { readonly requests?: readonly unknown[] };
  return requests?.length ?? 1;
}

function answerOf(response: AttemptResponse | FailedAttempt): GovernedAnswer {
  if ('ok' in response) return {};
  const { status, headers } = response.response;
  const retryAfter = retryAfterMilliseconds(headers.get('retry-after'), headers.get('date'));
  return { status, retryAfter, usedShare: usedShareIn(headers.get('x-ms-throttle-limit-percentage')) };
}

function requestOf(graph: GraphLocation, call: GraphCall): OutgoingRequest {
  const headers = { accept: 'application/json', 'client-request-id': randomUUID(), ...call.headers };
  return { method: call.method, url: urlOf(graph, call.path), headers, body: call.body };
}

function errorOf(
  call: GraphCall,
  request: OutgoingRequest,
  failed: FailedAttempt,
  attempts: number,
  remaining: number,
): GraphCallError {
  const facts: CallFacts = {
    method: call.method,
    path: call.shownPath ?? pathOf(request.url),
    attempts,
    status: failed.status,
    graphCode: failed.graphCode,
    requestId: failed.requestId,
    clientRequestId: request.headers['client-request-id'],
  };
  const note = noRetryReason(call, failed, remaining);
  if (failed.failure === 'malformed') return malformed(facts, `${failed.status} and a body that is not JSON`, note);
  if (failed.status !== undefined) return refusal({ ...facts, status: failed.status }, failed.graphMessage, note);
  return unanswered(facts, failed.reason ?? 'no answer', note, failed.cause);
}

/** Why there is no further attempt, unless the failure itself explains it. */
function noRetryReason(call: GraphCall, failed: FailedAttempt, remaining: number): string | undefined {
  if (!isRead(call) && failed.failure !== 429 && isTransient(failed.failure, true)) {
    return 'The write may have taken effect. Consentinel never sends a write twice.';
  }
  const { retryAfter } = failed;
  if (!isTransient(failed.failure, isRead(call)) || !retryAfter || retryAfter < remaining) return undefined;
  const seconds = (milliseconds: number) => `${Math.ceil(Math.max(0, milliseconds) / 1000)} s`;
  return `Graph requests a wait of ${seconds(retryAfter)}, more than the remaining ${seconds(remaining)} for this call.`;
}

function pathOf(url: string): string {
  return new URL(url).pathname.replace(/^\/[^/]+/, '');
}
