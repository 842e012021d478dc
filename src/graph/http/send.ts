import { randomUUID } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import type { Client } from '@microsoft/microsoft-graph-client';
import type { Clock, DirectoryStats } from '../../jobs/ports/index.js';
import { attempt, type Failed, type Outgoing, outcomeOf, type Success } from './attempt.js';
import { createGraphClient, type GraphLocation, urlOf } from './client.js';
import { abortion, wait } from './deadline.js';
import { type CallFacts, type GraphCallError, malformed, refusal, unanswered } from './errors.js';
import { isRead, isTransient, nextDelay } from './throttle.js';

/** One call to Graph. */
export interface GraphCall {
  readonly method: Outgoing['method'];
  /** Relative to the version (`/applications/{id}`), with values encoded; or an absolute next link. */
  readonly path: string;
  /** What errors show for the path, where it names a person: they end in logs. */
  readonly shownPath?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for all attempts and waits of this call, where it differs from the options'. */
  readonly budget?: number;
  /** The answer is parsed only then: as text, one that came early weighs a fourth, and no collection moves it about. */
  readonly wanted?: Promise<void>;
}

/** The answer to a call, always of status 2xx. */
export interface GraphAnswer {
  readonly status: number;
  /** Parsed JSON; undefined where the body is empty (204, 202). */
  readonly body: unknown;
  readonly requestId: string | undefined;
}

/**
 * Makes one call. Reads are tried again within the budget (429, 502, 503, 504, network faults, time-outs, bodies that
 * are no JSON); a write goes out exactly once, save after 429, which Graph answers before it does anything.
 * @throws GraphCallError for whatever Graph or the network did; ConsentinelError `credential-missing`, `aborted`
 */
export type Send = (call: GraphCall) => Promise<GraphAnswer>;

/** Patience of calls, with the parts that tests replace. */
export interface CallOptions {
  /** Milliseconds for one attempt. @default 100000 */
  readonly timeout?: number;
  /** Milliseconds for all attempts and waits of a call. @default 300000 */
  readonly budget?: number;
  readonly wait?: Clock['wait'];
  /** From 0 to below 1, for the jitter. */
  readonly random?: () => number;
}

/** Counts the attempts of every call. */
export type CallStats = Omit<DirectoryStats, 'pages'>;

/** Where Graph is, who asks, and with how much patience. */
export interface GraphSettings extends CallOptions {
  readonly graph: GraphLocation;
  readonly credential: TokenCredential;
}

/** Everything a call needs, with defaults filled in. */
interface Caller extends Required<CallOptions> {
  readonly client: Client;
  readonly graph: GraphLocation;
  readonly stats: CallStats;
}

/**
 * Opens Graph for single calls.
 * @param stats is added to as attempts go out
 */
export function createSend(
  settings: GraphSettings,
  stats: CallStats = { requests: 0, retries: 0, resourceUnits: 0 },
): Send {
  const { graph, credential, timeout = 100_000, budget = 300_000, random = Math.random } = settings;
  const client = createGraphClient(graph, credential);
  const caller: Caller = { client, graph, stats, timeout, budget, random, wait: settings.wait ?? wait };
  return async (call) => {
    try {
      return await persist(caller, call);
    } catch (error) {
      throw call.signal?.aborted ? abortion(call.signal) : error;
    }
  };
}

async function persist(caller: Caller, call: GraphCall): Promise<GraphAnswer> {
  const request = outgoing(caller.graph, call);
  const budget = call.budget ?? caller.budget;
  let elapsed = 0;
  for (let attempts = 1; ; attempts++) {
    const { outcome, took } = await timed(caller, call, request, budget - elapsed, attempts > 1);
    if (outcome.ok) return { status: outcome.status, body: outcome.body, requestId: outcome.requestId };
    // Waits count as asked for, not as measured: the budget is then the same on every machine.
    elapsed += took;
    const delay = nextDelay({
      ...outcome,
      attempt: attempts,
      read: isRead(call),
      elapsed,
      budget,
      random: caller.random,
    });
    if (delay === undefined) throw errorOf(call, request, outcome, attempts, budget - elapsed);
    await caller.wait(delay, call.signal);
    elapsed += delay;
  }
}

async function timed(
  caller: Caller,
  call: GraphCall,
  request: Outgoing,
  left: number,
  again: boolean,
): Promise<{ outcome: Success | Failed; took: number }> {
  call.signal?.throwIfAborted();
  caller.stats.requests++;
  if (again) caller.stats.retries++;
  const began = performance.now();
  const answer = await attempt(caller.client, request, Math.max(1, Math.min(caller.timeout, left)), call.signal);
  const took = performance.now() - began;
  if ('ok' in answer) return { outcome: answer, took };
  await call.wanted;
  const outcome = outcomeOf(request, answer);
  caller.stats.resourceUnits += outcome.resourceUnits ?? 0;
  return { outcome, took };
}

function outgoing(graph: GraphLocation, call: GraphCall): Outgoing {
  const headers = { accept: 'application/json', 'client-request-id': randomUUID(), ...call.headers };
  return { method: call.method, url: urlOf(graph, call.path), headers, body: call.body };
}

function errorOf(call: GraphCall, request: Outgoing, failed: Failed, attempts: number, left: number): GraphCallError {
  const facts: CallFacts = {
    method: call.method,
    path: call.shownPath ?? pathOf(request.url),
    attempts,
    status: failed.status,
    graphCode: failed.graphCode,
    requestId: failed.requestId,
    clientRequestId: request.headers['client-request-id'],
  };
  const note = whyNoMore(call, failed, left);
  if (failed.failure === 'malformed') return malformed(facts, `${failed.status} and a body that is not JSON`, note);
  if (failed.status !== undefined) return refusal({ ...facts, status: failed.status }, failed.said, note);
  return unanswered(facts, failed.why ?? 'no answer', note, failed.cause);
}

/** Why the failure was not tried again, where that is not plain from the failure itself. */
function whyNoMore(call: GraphCall, failed: Failed, left: number): string | undefined {
  if (!isRead(call) && failed.failure !== 429 && isTransient(failed.failure, true)) {
    return 'It may have taken effect all the same; a write is not sent twice.';
  }
  const { retryAfter } = failed;
  if (!isTransient(failed.failure, isRead(call)) || !retryAfter || retryAfter < left) return undefined;
  const seconds = (milliseconds: number) => `${Math.ceil(Math.max(0, milliseconds) / 1000)} s`;
  return `Graph asks to wait ${seconds(retryAfter)}, which is more than the ${seconds(left)} left for this call.`;
}

function pathOf(url: string): string {
  return new URL(url).pathname.replace(/^\/[^/]+/, '');
}
