import { badRequest } from '../protocol/graph-error.js';
import type { JsonValue } from '../protocol/json.js';

/** The comparison operators and functions. */
export type Operator = 'eq' | 'ne' | 'ge' | 'le' | 'gt' | 'lt' | 'in' | 'startsWith' | 'endsWith';

/** A comparison. `member` is set inside `any`: '' for the element itself, otherwise the name of its member. */
export interface Comparison {
  readonly kind: 'compare';
  readonly property: string;
  readonly member?: string;
  readonly operator: Operator;
  readonly values: readonly JsonValue[];
}

/** A parsed `$filter`. Source: OData 4.0 URL conventions, the part that Graph documents for directory objects. */
export type FilterNode =
  | Comparison
  | { readonly kind: 'and' | 'or'; readonly left: FilterNode; readonly right: FilterNode }
  | { readonly kind: 'not'; readonly of: FilterNode };

const infix: ReadonlySet<string> = new Set(['eq', 'ne', 'ge', 'le', 'gt', 'lt', 'in']);
const functions: Readonly<Record<string, Operator>> = { startswith: 'startsWith', endswith: 'endsWith' };
const tokenPattern = /\s*(?:('(?:[^']|'')*')|([(),])|([^\s(),']+))/gy;

/**
 * Parses a `$filter`.
 * @throws GraphError 400 for a syntax error
 */
export function parseODataFilter(text: string): FilterNode {
  const tokens = new Tokens(text);
  const node = parseOr(tokens);
  if (tokens.peek() !== undefined) throw tokens.invalid();
  return node;
}

class Tokens {
  readonly #tokens: string[];
  #at = 0;

  constructor(private readonly text: string) {
    this.#tokens = [...text.trim().matchAll(tokenPattern)].map((match) => match[0].trim());
    // The tokens of a text with an unpaired quote do not cover all its characters.
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

  /** Consumes the next token if it is this one. */
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

function parseOr(tokens: Tokens): FilterNode {
  let node = parseAnd(tokens);
  while (tokens.take('or')) node = { kind: 'or', left: node, right: parseAnd(tokens) };
  return node;
}

function parseAnd(tokens: Tokens): FilterNode {
  let node = parseUnary(tokens);
  while (tokens.take('and')) node = { kind: 'and', left: node, right: parseUnary(tokens) };
  return node;
}

function parseUnary(tokens: Tokens): FilterNode {
  if (tokens.take('not')) return { kind: 'not', of: parseUnary(tokens) };
  if (!tokens.take('(')) return parseComparison(tokens);
  const node = parseOr(tokens);
  tokens.expect(')');
  return node;
}

function parseComparison(tokens: Tokens): FilterNode {
  const word = tokens.next();
  const named = functions[word.toLowerCase()];
  if (named) return parseCall(tokens, named);
  return word.endsWith('/any') ? parseAny(tokens, word.slice(0, -4)) : parseInfix(tokens, word);
}

function parseCall(tokens: Tokens, operator: Operator): Comparison {
  tokens.expect('(');
  const property = tokens.next();
  tokens.expect(',');
  const values = [parseLiteral(tokens.next())];
  tokens.expect(')');
  return { kind: 'compare', property, operator, values };
}

/** `any(k:k/endDateTime ge …)` or `any(t:t eq …)` */
function parseAny(tokens: Tokens, property: string): Comparison {
  tokens.expect('(');
  const head = tokens.next();
  const path = head.endsWith(':') ? head + tokens.next() : head;
  const [, variable, used, member] = /^(\w+):(\w+)(?:\/(\w+))?$/.exec(path) ?? [];
  const nested = functions[used?.toLowerCase() ?? ''];
  if (nested) return parseNestedCall(tokens, property, nested);
  if (!variable || variable !== used) throw tokens.invalid();
  const inner = parseInfix(tokens, property);
  tokens.expect(')');
  return { ...inner, member: member ?? '' };
}

/** `any(t:startsWith(t, '…'))` */
function parseNestedCall(tokens: Tokens, property: string, operator: Operator): Comparison {
  const inner = parseCall(tokens, operator);
  tokens.expect(')');
  return { ...inner, property, member: inner.property.split('/')[1] ?? '' };
}

function parseInfix(tokens: Tokens, property: string): Comparison {
  const operator = tokens.next().toLowerCase();
  if (!infix.has(operator)) throw tokens.invalid();
  const values = operator === 'in' ? parseList(tokens) : [parseLiteral(tokens.next())];
  return { kind: 'compare', property, operator: operator as Operator, values };
}

function parseList(tokens: Tokens): JsonValue[] {
  tokens.expect('(');
  const values = [parseLiteral(tokens.next())];
  while (tokens.take(',')) values.push(parseLiteral(tokens.next()));
  tokens.expect(')');
  return values;
}

function parseLiteral(token: string): JsonValue {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (token === 'null') return null;
  if (token === 'true' || token === 'false') return token === 'true';
  return /^-?\d+(\.\d+)?$/.test(token) ? Number(token) : token;
}
