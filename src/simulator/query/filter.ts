import type { ObjectCollection } from '../directory/object-collection.js';
import { isObject, type JsonValue } from '../protocol/json.js';
import type { Comparison, FilterNode, Operator } from './parse-odata-filter.js';

/** Returns one property of the current object. */
export type PropertyReader = (property: string) => JsonValue;

const operators: Readonly<Record<Operator, (actual: JsonValue, values: readonly JsonValue[]) => boolean>> = {
  eq: (actual, [value]) => actual === value,
  ne: (actual, [value]) => actual !== value,
  in: (actual, values) => values.includes(actual),
  ge: (actual, [value]) => comparable(actual, value) && (actual as string) >= (value as string),
  le: (actual, [value]) => comparable(actual, value) && (actual as string) <= (value as string),
  gt: (actual, [value]) => comparable(actual, value) && (actual as string) > (value as string),
  lt: (actual, [value]) => comparable(actual, value) && (actual as string) < (value as string),
  startsWith: (actual, [value]) => String(actual ?? '').startsWith(String(value)),
  endsWith: (actual, [value]) => String(actual ?? '').endsWith(String(value)),
};

const comparable = (actual: JsonValue, value: JsonValue | undefined) =>
  actual !== null && typeof actual === typeof value;

/** True if the object matches the filter. The directory ignores case. */
export function matchesFilter(node: FilterNode, read: PropertyReader): boolean {
  switch (node.kind) {
    case 'and':
      return matchesFilter(node.left, read) && matchesFilter(node.right, read);
    case 'or':
      return matchesFilter(node.left, read) || matchesFilter(node.right, read);
    case 'not':
      return !matchesFilter(node.of, read);
    default:
      return compares(node, read);
  }
}

function compares(comparison: Comparison, read: PropertyReader): boolean {
  const values = normalizedValues(comparison);
  const test = (actual: JsonValue) => operators[comparison.operator](normalize(actual), values);
  if (comparison.property === 'owners/$count') return test(elements(read('owners')).length);
  if (comparison.member === undefined) return test(read(comparison.property));
  return elements(read(comparison.property)).some((element) => test(memberOf(element, comparison.member ?? '')));
}

const elements = (value: JsonValue): readonly JsonValue[] => (Array.isArray(value) ? value : []);

function memberOf(element: JsonValue, member: string): JsonValue {
  if (member === '') return element;
  return isObject(element) ? (element[member] ?? null) : null;
}

const normalized = new WeakMap<Comparison, readonly JsonValue[]>();

/** Computed once for all objects of a listing. */
function normalizedValues(comparison: Comparison): readonly JsonValue[] {
  const known = normalized.get(comparison) ?? comparison.values.map(normalize);
  normalized.set(comparison, known);
  return known;
}

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** Dates become numbers, so that the number of fractional digits does not affect the order. */
function normalize(value: JsonValue): JsonValue {
  if (typeof value !== 'string') return value;
  // The cheap test first: it runs for every object of a filtered listing.
  return value[10] === 'T' ? (dates.get(value) ?? dateOf(value)) : value.toLowerCase();
}

/** A filtered listing compares the same few dates with every object. */
const dates = new Map<string, number>();

function dateOf(text: string): number | string {
  if (!dateTime.test(text)) return text.toLowerCase();
  const time = Date.parse(text);
  if (dates.size < 10_000) dates.set(text, time);
  return time;
}

/**
 * The positions that can match a filter by id or appId, so that such a filter does not read a million objects.
 * @returns sorted positions; undefined if any position can match
 */
export function candidatePositions(node: FilterNode, collection: ObjectCollection): readonly number[] | undefined {
  if (node.kind === 'compare') return named(node, collection);
  if (node.kind === 'not') return undefined;
  const [left, right] = [candidatePositions(node.left, collection), candidatePositions(node.right, collection)];
  if (node.kind === 'and') return left ?? right;
  return left && right ? sorted([...left, ...right]) : undefined;
}

function named({ property, operator, values }: Comparison, collection: ObjectCollection): number[] | undefined {
  if ((operator !== 'eq' && operator !== 'in') || (property !== 'id' && property !== 'appId')) return undefined;
  const positionOf = (value: JsonValue) =>
    property === 'id' ? collection.positionOf(String(value)) : collection.positionOfAppId(String(value));
  return sorted(values.map(positionOf).filter((position) => position !== undefined));
}

const sorted = (positions: readonly number[]) => [...new Set(positions)].sort((a, b) => a - b);
