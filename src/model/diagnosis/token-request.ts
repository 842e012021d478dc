import { type TokenEndpoint, tokenEndpointIn } from '../entra/token-endpoint.js';
import { type PastedRequest, parsePastedRequest } from './pasted-request.js';
import { closestName, type ParameterName, parameterNamed, parameterNames } from './token-request-names.js';

/**
 * A failed token request as a person pasted it. It holds secrets in private fields, so that no log and no serializer
 * shows them. Code that reads a value must not pass it on.
 */
export class TokenRequest {
  readonly #values: ReadonlyMap<ParameterName, readonly string[]>;
  readonly method: string | undefined;
  readonly endpoint: TokenEndpoint | undefined;
  readonly sentAsJson: boolean;
  /** The client authenticates with an Authorization header. */
  readonly hasBasicAuthorization: boolean;
  /** For each misspelt name, the parameter that is closest to it. */
  readonly misspelt: readonly ParameterName[];
  /** The count of other unknown names. They are never shown: an unescaped `&` can turn a secret into a name. */
  readonly unknown: number;

  constructor(text: string) {
    const pasted = parsePastedRequest(text);
    const pairs = pairsOf(pasted);
    const basic = basicAuthorizationIn(pasted);
    this.#values = valuesOf(pairs, basic);
    this.method = pasted.method;
    this.endpoint = pasted.urls.map(tokenEndpointIn).find((endpoint) => endpoint !== undefined);
    this.sentAsJson = pasted.sentAsJson;
    this.hasBasicAuthorization = basic !== undefined;
    const unknownNames = [...new Set(pairs.map(([name]) => name).filter((name) => !parameterNamed(name)))];
    const guesses = unknownNames.slice(0, 100).map((name) => closestName(name, parameterNames));
    this.misspelt = [...new Set(guesses.filter((name) => name !== undefined))].filter((name) => !this.has(name));
    this.unknown = unknownNames.length - guesses.filter((name) => name !== undefined).length;
  }

  /** Whether the text has no parameter. */
  get isEmpty(): boolean {
    return this.#values.size === 0 && this.misspelt.length === 0;
  }

  /** Whether the request has the parameter with a value that is not blank. */
  has(name: ParameterName): boolean {
    return this.value(name) !== undefined;
  }

  /** The first value that is not blank. It can be a secret. */
  value(name: ParameterName): string | undefined {
    return this.#values.get(name)?.find((value) => value.trim() !== '');
  }

  /** The parameters that the request has more than once. */
  get repeated(): ParameterName[] {
    return [...this.#values].filter(([, values]) => values.length > 1).map(([name]) => name);
  }
}

type Pair = readonly [name: string, value: string];

function pairsOf({ urls, plain, forms }: PastedRequest): Pair[] {
  const queries = urls.flatMap((url) => (url.includes('?') ? [url.replace(/^[^?]*\?/s, '').replace(/#.*$/s, '')] : []));
  const encoded = [...queries, ...forms].flatMap((form) => form.split('&')).flatMap(pairIn);
  return [...encoded, ...plain].map(([name, value]) => [name.trim(), value] as const).filter(([name]) => name !== '');
}

/** Source: WHATWG URL, application/x-www-form-urlencoded. Some tools show a form with colons for editing. */
function pairIn(text: string): Pair[] {
  const at = text.search(/[=:]/);
  if (at < 0) return text.trim() === '' ? [] : [[decoded(text), '']];
  return [[decoded(text.slice(0, at)), decoded(text.slice(at + 1)).trim()]];
}

function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

function valuesOf(pairs: readonly Pair[], basic: string | undefined): Map<ParameterName, string[]> {
  const values = new Map<ParameterName, string[]>();
  for (const [written, value] of pairs) {
    const name = parameterNamed(written);
    if (name) values.set(name, [...(values.get(name) ?? []), value]);
  }
  if (basic && !values.has('client_id')) values.set('client_id', [basic]);
  return values;
}

/** The client id of an Authorization header; the secret is not kept. Source: RFC 6749 section 2.3.1. */
function basicAuthorizationIn({ headers, user }: PastedRequest): string | undefined {
  const header = headers.map((line) => /^authorization:\s*basic\s+(\S+)/i.exec(line)?.[1]).find(Boolean);
  const credentials = user ?? (header === undefined ? undefined : Buffer.from(header, 'base64').toString('utf8'));
  return credentials === undefined ? undefined : decoded(credentials.split(':')[0] ?? '');
}
