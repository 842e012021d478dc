import { badRequest } from '../protocol/graph-error.js';
import { type JsonObject, type JsonValue, objectsOf } from '../protocol/json.js';
import { keysOf, onSelectOnly, propertyDefaults, typeNames } from './properties.js';
import type { CollectionName } from './tenant.js';

/** The `key` values that an answer shows. */
export type ShownKeys = 'none' | 'public' | 'all';

/** The part of each object that a read returns. */
export interface Projection {
  /** Undefined for Graph's default set. */
  readonly properties: readonly string[] | undefined;
  readonly keys: ShownKeys;
}

/**
 * Parses `$select`.
 * @throws GraphError 400 that names the first property that the type does not have
 */
export function parseSelect(collection: CollectionName, select: string | null): readonly string[] | undefined {
  if (select === null) return undefined;
  const names = [...new Set(select.split(',').map((name) => name.trim()))];
  for (const name of names)
    if (!Object.hasOwn(propertyDefaults[collection], name)) throw unknownProperty(collection, name);
  return names;
}

/** The error 400 for a property that the type does not have. */
export function unknownProperty(collection: CollectionName, name: string) {
  const reason = `Could not find a property named '${name}' on type '${typeNames[collection]}'.`;
  return badRequest(`Parsing OData Select and Expand failed: ${reason}`);
}

/**
 * The `key` values that a read shows. Source: the keyCredential page says that Graph returns `key` for `$select` on a
 * single object only. The list pages say that `$select` returns it in lists too. The option `keysInLists` simulates the
 * worst case: lists return secret keys as well.
 */
export function shownKeys(
  read: 'list' | 'single',
  properties: readonly string[] | undefined,
  keysInLists: boolean,
): ShownKeys {
  if (!properties?.includes('keyCredentials')) return 'none';
  if (keysInLists) return 'all';
  return read === 'single' ? 'public' : 'none';
}

/** The object as an answer shows it, with its properties in the order of `$select`. */
export function project(collection: CollectionName, object: JsonObject, selection: Projection): JsonObject {
  const defaults = propertyDefaults[collection];
  const names = selection.properties ?? Object.keys(defaults).filter((name) => !onSelectOnly.has(name));
  const projected = Object.fromEntries(names.map((name) => [name, shown(name, object, defaults, selection.keys)]));
  // Objects of a derived type say so. Source: Graph, agentIdentityBlueprint resource type; OData JSON format, 4.5.3.
  const type = object['@odata.type'];
  return type === undefined ? projected : { '@odata.type': type, ...projected };
}

/** Differences from Graph's documentation in the answers about one object. */
export interface RawShape {
  /** Properties that answers omit. */
  readonly absent?: readonly string[];
  /** Values that answers show instead, of any type. */
  readonly values?: JsonObject;
}

/**
 * The object as an answer shows it, with the differences that a test has set for it.
 * @param shapes by object id
 * @param object the complete object
 * @param projected the object as Graph's documentation describes it
 */
export function reshaped(
  { shapes }: { readonly shapes: ReadonlyMap<string, RawShape> },
  object: JsonObject,
  projected: JsonObject,
): JsonObject {
  const shape = shapes.size > 0 ? shapes.get(String(object.id)) : undefined;
  if (!shape) return projected;
  const { absent = [], values = {} } = shape;
  const shown = Object.entries(projected).map(
    ([name, value]) => [name, name in values ? values[name] : value] as const,
  );
  return Object.fromEntries(shown.filter(([name]) => !absent.includes(name))) as JsonObject;
}

function shown(name: string, object: JsonObject, defaults: JsonObject, keys: ShownKeys): JsonValue {
  if (name === 'keyCredentials') return keysOf(object).map((key) => shownKey(key, keys));
  if (name === 'passwordCredentials') return objectsOf(object[name]).map((p) => ({ ...p, secretText: null }));
  return object[name] ?? defaults[name] ?? null;
}

/** It is not documented whether Graph returns secret keys (Symmetric, X509CertAndPassword). Here it does not. */
function shownKey(key: JsonObject, keys: ShownKeys): JsonObject {
  const isPublic = String(key.type).toLowerCase() === 'asymmetricx509cert';
  return { ...key, key: keys === 'all' || (keys === 'public' && isPublic) ? (key.key ?? null) : null };
}

/** What follows `$metadata#` in the `@odata.context` of a collection: its name and the selected properties. */
export function contextName(collection: string, properties: readonly string[] | undefined): string {
  return collection + (properties ? `(${properties.join(',')})` : '');
}
