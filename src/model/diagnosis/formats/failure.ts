import { aadstsCodes } from '../../entra/aadsts.js';
import { guidSource as guid } from '../../entra/guid.js';

/** What a pasted answer, log or error page says about a failure. It has no value that a user typed. */
export interface PastedFailure {
  /** `AADSTS` and digits. */
  readonly code?: string;
  readonly correlationId?: string;
  /** When the token service answered, ISO 8601 UTC. */
  readonly at?: string;
  /** The answer asks for more claims: the user must meet a policy of Conditional Access. */
  readonly hasClaimsChallenge: boolean;
}

/** The characters between a label and its value in text, in JSON, and in JSON within a string. */
const between = String.raw`(?:\\?["'])?\s{0,5}[:=]\s{0,5}(?:\\?["'])?`;
const correlation = new RegExp(String.raw`correlation[\s_-]?id${between}(${guid})(?![\w-])`, 'i');
const time = new RegExp(
  String.raw`timestamp${between}(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z?(?![\w.])`,
  'i',
);
const codes = [
  /AADSTS\s?(\d{4,8})(?!\d)/gi,
  /error_?codes?\\?["']\s{0,5}:\s{0,5}\[?\s{0,5}\\?"?(\d{5,8})(?!\d)/gi,
  /\berror\s?code\W{1,5}(\d{5,8})(?!\d)/gi,
];

/**
 * Finds the code, the correlation id, the time and a claims challenge in the error JSON of Entra, a log of MSAL, an error
 * page, or a redirect with an error.
 * Sources: Microsoft identity platform, authentication error codes (error response); claims challenges.
 * @returns undefined where the text has neither a code nor a claims challenge
 */
export function failureIn(pasted: string): PastedFailure | undefined {
  const text = /error_description=/i.test(pasted) ? `${pasted}\n${decodedQuery(pasted)}` : pasted;
  const code = mostSpecific(codesIn(text));
  const hasClaimsChallenge = /insufficient_claims/i.test(text) || (code !== undefined && asksForClaims(text));
  if (code === undefined && !hasClaimsChallenge) return undefined;
  const [, correlationId] = correlation.exec(text) ?? [];
  const [, seconds] = time.exec(text) ?? [];
  const at = seconds === undefined ? Number.NaN : Date.parse(`${seconds.replace(' ', 'T')}Z`);
  return {
    hasClaimsChallenge,
    ...(code !== undefined && { code }),
    ...(correlationId !== undefined && { correlationId: correlationId.toLowerCase() }),
    ...(!Number.isNaN(at) && { at: new Date(at).toISOString() }),
  };
}

/** `claims` of an error has a JSON object as a string, which asks for claims of the access token. */
function asksForClaims(text: string): boolean {
  return /\bclaims\\{0,3}["']?\s{0,5}[:=]\s{0,5}\\{0,3}["']?\s{0,5}\{\\{0,7}["'](?:access_token|id_token)/i.test(text);
}

function codesIn(text: string): string[] {
  return codes.flatMap((pattern) => [...text.matchAll(pattern)].map(([, digits]) => `AADSTS${digits}`));
}

/** An answer can name a general code first; the code with the fewest causes says most. */
function mostSpecific(found: readonly string[]): string | undefined {
  const known = found.filter((code) => aadstsCodes[code]);
  return known.find((code) => aadstsCodes[code]?.causes.length === 1) ?? known[0] ?? found[0];
}

function decodedQuery(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return '';
  }
}
