import { type TokenEndpoint, tokenEndpointIn } from '../entra/token-endpoint.js';
import { decodedOnce, isEncodedForm, isEncodedTwice, isPlaceholder, type Pair, pairsIn } from './form-pairs.js';
import { failureIn, type PastedFailure } from './formats/failure.js';
import type { PastedRequest } from './formats/pasted.js';
import { parsePastedRequest } from './pasted-request.js';
import { closestName, type ParameterName, parameterNamed, parameterNames } from './token-request-names.js';

/** `cut`: the service reads the part before an `&`. `plus`: it reads a blank for a `+`. */
export type ValueDamage = 'cut' | 'plus';

/**
 * A failed token request as a person pasted it, with the answer or the log if it has one. It holds secrets in private
 * fields, so that no log and no serializer shows them. Code that reads a value must not pass it on.
 */
export class TokenRequest {
  readonly #values: ReadonlyMap<ParameterName, readonly string[]>;
  readonly #damages: ReadonlyMap<ParameterName, ValueDamage>;
  readonly method: string | undefined;
  readonly endpoint: TokenEndpoint | undefined;
  readonly sentAsJson: boolean;
  /** The client authenticates with an Authorization header. */
  readonly hasBasicAuthorization: boolean;
  /** For each misspelt name, the parameter that is closest to it. */
  readonly misspelt: readonly ParameterName[];
  /** The count of other unknown names. They are never shown: an unescaped `&` can turn a secret into a name. */
  readonly unknown: number;
  /** The whole form is encoded, as if it were one value. */
  readonly isEncodedWhole: boolean;
  /** Parameters whose values are encoded twice. */
  readonly encodedTwice: readonly ParameterName[];
  /** What the answer, log or error page in the text says. */
  readonly failure: PastedFailure | undefined;

  constructor(text: string) {
    const pasted = parsePastedRequest(text);
    this.failure = failureIn(pasted.answer || text.slice(0, 200_000));
    const forms = formsOf(pasted).map((form) => (isEncodedForm(form) ? decodedOnce(form) : form));
    const read = forms.map(pairsIn);
    const pairs = [...read.flatMap(({ pairs: ofForm }) => ofForm), ...plainPairsOf(pasted)];
    const basic = basicAuthorizationIn(pasted);
    const values = valuesOf(pairs, basic);
    this.endpoint = pasted.urls.map(tokenEndpointIn).find((endpoint) => endpoint !== undefined);
    const isRequest = !this.failure || isTokenRequest(values, this.endpoint);
    this.encodedTwice = isRequest ? [...values].filter(isAnyEncodedTwice).map(([name]) => name) : [];
    for (const name of this.encodedTwice) values.set(name, (values.get(name) ?? []).map(decodedOnce));
    this.#values = isRequest ? values : new Map();
    this.method = pasted.method;
    this.sentAsJson = pasted.sentAsJson;
    this.hasBasicAuthorization = basic !== undefined;
    this.isEncodedWhole = formsOf(pasted).some(isEncodedForm);
    this.#damages = new Map([
      ...read.flatMap(({ plus }) => plus.map((name) => [name, 'plus'] as const)),
      ...read.flatMap(({ cut }) => cut.map((name) => [name, 'cut'] as const)),
    ]);
    const { misspelt, unknown } = isRequest ? namesIn(pairs) : { misspelt: [], unknown: 0 };
    this.misspelt = misspelt.filter((name) => !this.has(name));
    this.unknown = unknown;
  }

  /** Whether the text has no parameter. */
  get isEmpty(): boolean {
    return this.#values.size === 0 && this.misspelt.length === 0;
  }

  /** Whether the text has neither a request nor a failure. */
  get isUnreadable(): boolean {
    return this.isEmpty && this.failure === undefined;
  }

  /** Whether the request has the parameter with a value that is not blank. */
  has(name: ParameterName): boolean {
    return this.value(name) !== undefined;
  }

  /** The first value that is not blank. It can be a secret. */
  value(name: ParameterName): string | undefined {
    return this.#values.get(name)?.find((value) => value.trim() !== '');
  }

  /** Whether the text shows a variable or a mask instead of the value. */
  hides(name: ParameterName): boolean {
    return isPlaceholder(this.value(name) ?? '');
  }

  /** How reserved characters that are not encoded change the value. */
  damageOf(name: ParameterName): ValueDamage | undefined {
    return this.has(name) ? this.#damages.get(name) : undefined;
  }

  /** The parameters that the request has more than once. */
  get repeated(): ParameterName[] {
    return [...this.#values].filter(([, values]) => values.length > 1).map(([name]) => name);
  }
}

function formsOf({ urls, forms }: PastedRequest): string[] {
  const queries = urls.flatMap((url) => (url.includes('?') ? [url.replace(/^[^?]*\?/s, '').replace(/#.*$/s, '')] : []));
  return [...queries, ...forms];
}

function plainPairsOf({ plain }: PastedRequest): Pair[] {
  return plain.map(([name, value]) => [name.trim(), value] as const).filter(([name]) => name !== '');
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

function namesIn(pairs: readonly Pair[]): { misspelt: ParameterName[]; unknown: number } {
  const unknownNames = [...new Set(pairs.map(([name]) => name).filter((name) => !parameterNamed(name)))];
  const guesses = unknownNames
    .slice(0, 100)
    .map((name) => closestName(name, parameterNames))
    .filter((name) => name !== undefined);
  return { misspelt: [...new Set(guesses)], unknown: unknownNames.length - guesses.length };
}

function isAnyEncodedTwice([name, values]: [ParameterName, readonly string[]]): boolean {
  return values.some((value) => isEncodedTwice(name, value));
}

const decisive: readonly ParameterName[] = [
  ...(['grant_type', 'client_secret', 'client_assertion', 'assertion', 'refresh_token', 'device_code'] as const),
  ...(['requested_token_use', 'code_verifier', 'response_type'] as const),
];

/** A log names a few parameters too. Only these, or a client id for an endpoint, belong to a request alone. */
function isTokenRequest(values: ReadonlyMap<ParameterName, unknown>, endpoint: TokenEndpoint | undefined): boolean {
  return decisive.some((name) => values.has(name)) || (endpoint !== undefined && values.has('client_id'));
}

/** The client id of an Authorization header; the secret is not kept. Source: RFC 6749 section 2.3.1. */
function basicAuthorizationIn({ headers, user }: PastedRequest): string | undefined {
  const header = headers.map((line) => /^authorization:\s*basic\s+(\S+)/i.exec(line)?.[1]).find(Boolean);
  const credentials = user ?? (header === undefined ? undefined : Buffer.from(header, 'base64').toString('utf8'));
  return credentials === undefined ? undefined : decodedOnce(credentials.split(':')[0] ?? '');
}
