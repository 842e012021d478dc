/** The parts of a pasted request, in any supported format. It holds secrets: only `token-request.ts` uses it. */
export interface PastedRequest {
  method?: string;
  readonly urls: string[];
  /** `Name: value` */
  readonly headers: string[];
  /** Parameters with unencoded values. */
  readonly plain: [name: string, value: string][];
  /** URL-encoded forms. */
  readonly forms: string[];
  /** `name:secret` of the option `curl -u`. */
  user?: string;
  /** The body is JSON, which the token endpoint does not read. */
  sentAsJson: boolean;
  /** The text of the answer, where the format has it apart from the request. */
  answer?: string;
}

/** A pasted request without any part. */
export function nothingPasted(): PastedRequest {
  return { urls: [], headers: [], plain: [], forms: [], sentAsJson: false };
}

/** The value of a parameter that the text names but does not show, for example a variable in source code. */
export const hiddenValue = '<variable>';

/** The JSON value in a text; undefined where it has none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
