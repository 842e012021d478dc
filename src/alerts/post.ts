import { ConsentinelError } from '../model/errors.js';
import { retryAfterMilliseconds } from '../model/http/retry-after.js';

/** A webhook: the name of its channel, for errors, and its address, which is a secret. */
export interface Receiver {
  readonly name: string;
  readonly url: string;
}

/** The answer of a webhook. */
export interface Reply {
  readonly status: number;
  /** Milliseconds that it asks to wait. */
  readonly retryAfter: number | undefined;
  /** The first bytes of the body; empty where none were asked for. */
  readonly text: string;
}

export interface PostOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** How many bytes of the answer to read. @default 0 */
  readonly answerBytes?: number;
}

/** Milliseconds for one POST. A flow answers within seconds. */
const timeout = 30_000;

/**
 * One POST of JSON, exactly once. Redirects are not followed: the body is meant for the configured host only.
 * @throws ConsentinelError `alert-undelivered` where there was no answer; it names the host and never the address
 */
export function post(receiver: Receiver, body: string, options: PostOptions = {}): Promise<Reply> {
  const headers = { 'content-type': 'application/json', ...options.headers };
  return request(receiver, receiver.url, { method: 'POST', headers, body }, options);
}

/**
 * Checks that the host of a webhook answers, with any status. The request goes to the root of the host: the address is a
 * secret, and a request to it could start the flow.
 * @throws ConsentinelError `alert-undelivered` where there was no answer
 */
export async function probe(name: string, url: string, signal?: AbortSignal): Promise<void> {
  const problem = 'No connection to';
  await request({ name, url, problem }, new URL('/', url).href, { method: 'HEAD' }, { signal });
}

async function request(
  { name, url, problem }: Receiver & { readonly problem?: string },
  to: string,
  init: RequestInit,
  { signal, answerBytes = 0 }: PostOptions,
): Promise<Reply> {
  const limit = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(to, {
      ...init,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([limit, signal]) : limit,
    });
    const text = await beginningOf(response.body, answerBytes);
    return {
      status: response.status,
      retryAfter: retryAfterMilliseconds(response.headers.get('retry-after'), response.headers.get('date')),
      text,
    };
  } catch (error) {
    if (signal?.aborted) throw new ConsentinelError('aborted', `Sending to ${name} was stopped.`);
    const why = limit.aborted ? `it did not answer within ${timeout / 1000} s` : reasonOf(error);
    throw deliveryError(name, url, why, problem);
  }
}

/** The first bytes of a body as text; the rest is not read. */
async function beginningOf(body: Response['body'], bytes: number): Promise<string> {
  let read = Buffer.alloc(0);
  if (body && bytes > 0) {
    for await (const chunk of body) {
      read = Buffer.concat([read, chunk]);
      if (read.length >= bytes) break;
    }
  } else await body?.cancel();
  return read.subarray(0, bytes).toString('utf8');
}

/** The error of a channel that did not accept an alert. */
export function deliveryError(
  name: string,
  url: string,
  why: string,
  problem = 'The alert was not delivered to',
): ConsentinelError {
  return new ConsentinelError(
    'alert-undelivered',
    `${problem} ${name} (${new URL(url).host}): ${why}.`,
    'Check that the webhook exists and that its owner can run it. docs/alerts.md describes the setup.',
  );
}

/** The innermost error code and nothing else: the message of an error may quote the address. */
function reasonOf(error: unknown): string {
  let code: unknown;
  for (let at = error; typeof at === 'object' && at !== null; at = (at as { cause?: unknown }).cause) {
    code = (at as { code?: unknown }).code ?? code;
  }
  return typeof code === 'string' ? `the connection failed, ${code}` : 'the connection failed';
}
