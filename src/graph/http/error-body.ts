import { z } from 'zod';
import { isGuid } from '../../model/entra/guid.js';

/** What Graph says about a failure, in its body. */
export interface GraphErrorBody {
  /** An open string that differs by backend: decide on the status first. */
  readonly code?: string | undefined;
  /** For people only; may quote what was sent. */
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
}

const text = z.string().nullish().catch(undefined);
const inner = z.looseObject({ 'request-id': text }).nullish().catch(undefined);
const schema = z.looseObject({
  error: z.looseObject({ code: text, message: text, innerError: inner, innererror: inner }),
});

/**
 * Reads the error that Graph put into a body, in either spelling of innerError.
 * Source: Graph, error responses and resource types.
 * @returns an empty object where the body is something else
 */
export function errorBodyOf(body: unknown): GraphErrorBody {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return {};
  const { code, message, innerError, innererror } = parsed.data.error;
  const requestId = innerError?.['request-id'] ?? innererror?.['request-id'];
  return { code: code || undefined, message: message || undefined, requestId: requestId || undefined };
}

/**
 * One line of a stranger's text, cut to 300 characters, without control characters, without mail addresses and without
 * any run of characters that could be a key or a token: Graph may quote what was sent. Ids and plain words stay.
 */
export function maskedGraphError(said: string): string {
  const unaddressed = firstLine(said).replace(address, '(an address)');
  const masked = unaddressed.replace(/[\w+/=.~-]{20,}/g, (run) => (isHarmless(run) ? run : '(not shown)'));
  return masked.length > 300 ? `${masked.slice(0, 300)}…` : masked;
}

/** The part before the @ is bounded, as a standard has it (RFC 5321): a long line is then looked through once. */
const address = /[^\s@"'`<>()[\],;:]{1,64}@[^\s@"'`<>()[\],;:]*[^\s@"'`<>()[\],;:.]/g;

function isHarmless(run: string): boolean {
  return isGuid(run.replace(/\.$/, '')) || /^[a-z_.-]+$/i.test(run);
}

/** The first line of a text, without control characters. */
export function firstLine(said: string): string {
  const line = said.split(/\r?\n/, 1)[0] ?? '';
  return line.replace(/\p{Cc}/gu, ' ').trim();
}
