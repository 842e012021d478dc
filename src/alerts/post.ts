import { ConsentinelError } from '../model/errors.js';
import { retryAfterMilliseconds } from '../model/http/retry-after.js';

/** What a webhook answered; its body is nobody's business. */
export interface Reply {
  readonly status: number;
  /** Milliseconds that it asks to wait. */
  readonly retryAfter: number | undefined;
}

/** Milliseconds for one POST. A flow answers within seconds, or it does not. */
const timeout = 30_000;

/**
 * One POST of JSON, exactly once. Redirects are not followed: what is sent is meant for the host that was configured.
 * @param name of the channel, for errors
 * @throws ConsentinelError `alert-undelivered` where there was no answer; it names the host and never the address,
 * which is a secret
 */
export function post(
  name: string,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Reply> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
  return once({ name, url }, url, init, signal);
}

/**
 * Sees that the host of a webhook answers, whatever it says. Its address stays here: it is a secret, and asking for it
 * could start what stands behind it.
 * @throws ConsentinelError `alert-undelivered` where there was no answer
 */
export async function reach(name: string, url: string, signal?: AbortSignal): Promise<void> {
  await once({ name, url, doing: 'There is no way to' }, new URL('/', url).href, { method: 'HEAD' }, signal);
}

async function once(
  { name, url, doing }: { name: string; url: string; doing?: string },
  to: string,
  init: RequestInit,
  signal: AbortSignal | undefined,
): Promise<Reply> {
  const limit = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(to, {
      ...init,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([limit, signal]) : limit,
    });
    await response.body?.cancel();
    const { status, headers } = response;
    return { status, retryAfter: retryAfterMilliseconds(headers.get('retry-after'), headers.get('date')) };
  } catch (error) {
    if (signal?.aborted) throw new ConsentinelError('aborted', `Sending to ${name} was stopped.`);
    const why = limit.aborted ? `it did not answer within ${timeout / 1000} s` : reasonOf(error);
    throw undelivered(name, url, why, doing);
  }
}

/** The error of a channel that did not take an alert. */
export function undelivered(
  name: string,
  url: string,
  why: string,
  doing = 'The alert could not be delivered to',
): ConsentinelError {
  return new ConsentinelError(
    'alert-undelivered',
    `${doing} ${name} (${new URL(url).host}): ${why}.`,
    'See that the webhook still exists and that its owner can run it; docs/alerts.md says how to set it up.',
  );
}

/** The innermost code of a fault and nothing else: its message may quote the address. */
function reasonOf(error: unknown): string {
  let code: unknown;
  for (let at = error; typeof at === 'object' && at !== null; at = (at as { cause?: unknown }).cause) {
    code = (at as { code?: unknown }).code ?? code;
  }
  return typeof code === 'string' ? `the connection failed, ${code}` : 'the connection failed';
}
