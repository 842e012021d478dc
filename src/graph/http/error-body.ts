import { z } from 'zod';
import { isGuid } from '../../model/entra/guid.js';

/** The error in the body of a Graph response. */
export interface GraphErrorBody {
  /** Masked. Not an enumeration, and different for each backend: prefer the status for decisions. */
  readonly code?: string | undefined;
  /** For people only. It can contain values from the request, secrets included. */
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
}

const text = z.string().nullish().catch(undefined);
const inner = z.looseObject({ 'request-id': text }).nullish().catch(undefined);
const schema = z.looseObject({
  error: z.looseObject({ code: text, message: text, innerError: inner, innererror: inner }),
});

/**
 * Reads the error from a parsed body, with either spelling of `innerError`.
 * Source: Graph, error responses and resource types.
 * @returns an empty object for any other body
 */
export function errorBodyOf(body: unknown): GraphErrorBody {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return {};
  const { code, message, innerError, innererror } = parsed.data.error;
  const requestId = innerError?.['request-id'] ?? innererror?.['request-id'];
  return { code: maskedCode(code), message: message || undefined, requestId: maskedRequestId(requestId) };
}

/** A documented code with a digit, which the mask would hide. Source: Graph, list signIns. */
const noLicense = 'Authentication_RequestFromNonPremiumTenantOrB2CTenant';

/** Graph's error code, masked as a message is: a proxy or a backend may put anything there. At most 80 characters. */
function maskedCode(code: string | null | undefined): string | undefined {
  if (!code || code === noLicense) return code || undefined;
  const masked = maskedGraphError(code);
  return masked.length <= 80 && /^[\w.:-]+$/.test(masked) ? masked : notShown;
}

/**
 * An id of a request, for logs: a GUID, or a text that is too short for a key or a token.
 * @param id from a header or a body
 */
export function maskedRequestId(id: string | null | undefined): string | undefined {
  if (!id) return undefined;
  return isGuid(id) || /^[\w.-]{1,19}$/.test(id) ? id : notShown;
}

/** 20 or more characters of Base64, Base64url, a JWT or a client secret. */
const possibleSecret = /[\w+/=.~-]{20,}/g;
const maxLength = 300;
const notShown = '(not shown)';

/**
 * Prepares Graph's error message for logs: Graph can quote values of the request. Masks mail addresses and every run of
 * 20 or more characters that can be a key or a token. Keeps GUIDs and words of letters.
 * @returns the first line, without control characters, cut after 300 characters
 */
export function maskedGraphError(message: string): string {
  const withoutAddresses = firstLine(message).replace(mailAddress, '(an address)');
  const masked = withoutAddresses.replace(possibleSecret, (run) => (isIdOrWord(run) ? run : notShown));
  return masked.length > maxLength ? `${masked.slice(0, maxLength)}…` : masked;
}

/** The limit of 64 characters before the @ (RFC 5321, section 4.5.3.1.1) keeps the match linear on a long line. */
const mailAddress = /[^\s@"'`<>()[\],;:]{1,64}@[^\s@"'`<>()[\],;:]*[^\s@"'`<>()[\],;:.]/g;

function isIdOrWord(run: string): boolean {
  return isGuid(run.replace(/\.$/, '')) || /^[a-z_.-]+$/i.test(run);
}

/** The first line of a text, without control characters. */
export function firstLine(text: string): string {
  const line = text.split(/\r?\n/, 1)[0] ?? '';
  return line.replace(/\p{Cc}/gu, ' ').trim();
}
