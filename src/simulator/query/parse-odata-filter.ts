import { badRequest } from '../protocol/graph-error.js';
import type { JsonValue } from '../protocol/json.js';

export type Operator = 'eq' | 'ne' | 'ge' | 'le' | 'gt' | 'lt' | 'in' | 'startsWith' | 'endsWith';

/** A comparison; `member` is set inside `any`: '' for the element itself, else its member's name. */
export interface Comparison {
  readonly kind: 'compare';
  readonly property: string;
  readonly member?: string;
  readonly operator: Operator;
  readonly values: readonly JsonValue[];
}

/** The tree of a `$filter`. Source: OData 4.0 URL conventions, as far as Graph documents it for directory objects. */
export type FilterNode =
  | Comparison
  | { readonly kind: 'and' | 'or'; readonly left: FilterNode; readonly right: FilterNode }
  | { readonly kind: 'not'; readonly of: FilterNode };

const infix: ReadonlySet<string> = new Set(['eq', 'ne', 'ge', 'le', 'gt', 'lt', 'in']);
const functions: Readonly<Record<string, Operator>> = { startswith: 'startsWith', endswith: 'endsWith' };
const tokenPattern = /\s*(?:('(?:[^']|'')*')|([(),])|([^\s(),']+))/gy;

/**
 * Parses a `$filter`.
 * @throws GraphError 400 where it is no filter
 */
export function parseODataFilter(text: string): FilterNode {
  const tokens = new Tokens(text);
  const node = either(tokens);
  if (tokens.peek() !== undefined) throw tokens.invalid();
  return node;
}

class Tokens {
  readonly #tokens: string[];
  #at = 0;

  constructor(private readonly text: string) {
    this.#tokens = [...text.trim().matchAll(tokenPattern)].map((match) => match[0].trim());
    // A text with a stray quote yields fewer tokens than it has characters.
    if (this.#tokens.join('').replace(/\s/g, '') !== text.replace(/\s/g, '')) throw this.invalid();
  }

  peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw this.invalid();
    return token;
  }

  /** Takes the token where it is the next one. */
  take(token: string): boolean {
    if (this.peek()?.toLowerCase() !== token) return false;
    this.#at++;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) throw this.invalid();
  }

  invalid() {
    return badRequest(`Invalid filter clause: ${this.text}`);
  }
}

function either(tokens: Tokens): FilterNode {
  let node = both(tokens);
  while (tokens.take('or')) node = { kind: 'or', left: node, right: both(tokens) };
  return node;
}

function both(tokens: Tokens): FilterNode {
  let node = unary(tokens);
  while (tokens.take('and')) node = { kind: 'and', left: node, right: unary(tokens) };
  return node;
}

function unary(tokens: Tokens): FilterNode {
  if (tokens.take('not')) return { kind: 'not', of: unary(tokens) };
  if (!tokens.take('(')) return comparison(tokens);
  const node = either(tokens);
  tokens.expect(')');
  return node;
}

function comparison(tokens: Tokens): FilterNode {
  const word = tokens.next();
  const named = functions[word.toLowerCase()];
  if (named) return call(tokens, named);
  return word.endsWith('/any') ? lambda(tokens, word.slice(0, -4)) : infixed(tokens, word);
}

function call(tokens: Tokens, operator: Operator): Comparison {
  tokens.expect('(');
  const property = tokens.next();
  tokens.expect(',');
  const values = [literal(tokens.next())];
  tokens.expect(')');
  return { kind: 'compare', property, operator, values };
}

/** `any(k:k/endDateTime ge …)` or `any(t:t eq …)` */
function lambda(tokens: Tokens, property: string): Comparison {
  tokens.expect('(');
  const head = tokens.next();
  const path = head.endsWith(':') ? head + tokens.next() : head;
  const [, variable, used, member] = /^(\w+):(\w+)(?:\/(\w+))?$/.exec(path) ?? [];
  const nested = functions[used?.toLowerCase() ?? ''];
  if (nested) return nestedCall(tokens, property, nested);
  if (!variable || variable !== used) throw tokens.invalid();
  const inner = infixed(tokens, property);
  tokens.expect(')');
  return { ...inner, member: member ?? '' };
}

/** `any(t:startsWith(t, '…'))` */
function nestedCall(tokens: Tokens, property: string, operator: Operator): Comparison {
  const inner = call(tokens, operator);
  tokens.expect(')');
  return { ...inner, property, member: inner.property.split('/')[1] ?? '' };
}

function infixed(tokens: Tokens, property: string): Comparison {
  const operator = tokens.next().toLowerCase();
  if (!infix.has(operator)) throw tokens.invalid();
  const values = operator === 'in' ? list(tokens) : [literal(tokens.next())];
  return { kind: 'compare', property, operator: operator as Operator, values };
}

function list(tokens: Tokens): JsonValue[] {
  tokens.expect('(');
  const values = [literal(tokens.next())];
  while (tokens.take(',')) values.push(literal(tokens.next()));
  tokens.expect(')');
  return values;
}

function literal(token: string): JsonValue {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (token === 'null') return null;
  if (token === 'true' || token === 'false') return token === 'true';
  return /^-?\d+(\.\d+)?$/.test(token) ? Number(token) : token;
}
