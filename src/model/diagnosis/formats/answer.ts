/** A pasted text, split where the answer begins. */
export interface Exchange {
  readonly request: string;
  readonly answer: string;
}

const statusLine = /^[ \t]{0,20}HTTP\/[\d.]{1,4}[ \t]+\d{3}\b/m;
/** The error JSON of Entra begins with `error` or `error_description`. */
const errorObject = /^[ \t]{0,20}\{\s{0,200}"error(?:_description|_codes)?"\s{0,20}:/m;
/** A line of a log or of an error page, with the code of the token service. */
const logLine = /^.{0,2000}\bAADSTS\d{4,8}\b/m;

/**
 * Splits an answer from the request before it: by the status line, the error JSON, or the first line that has a code. The
 * output of `curl -v` loses its markers.
 */
export function splitExchange(pasted: string): Exchange {
  const text = /^[<>] /m.test(pasted) ? withoutMarkers(pasted) : pasted;
  const at = [statusLine, errorObject, logLine].map((pattern) => text.search(pattern)).find((found) => found >= 0);
  return at === undefined ? { request: text, answer: '' } : { request: text.slice(0, at), answer: text.slice(at) };
}

/** `>` marks what curl sent, `<` what it received, `*` and braces its notes. */
function withoutMarkers(text: string): string {
  return text
    .split(/\r?\n/)
    .filter((line) => !/^[*{}] |^[{}]$/.test(line))
    .map((line) => line.replace(/^[<>] ?/, ''))
    .join('\n');
}
