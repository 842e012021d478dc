import { badRequest } from '../protocol/graph-error.js';
import { type JsonObject, type JsonValue, objectsOf } from '../protocol/json.js';
import { keysOf, onSelectOnly, propertyDefaults, typeNames } from './properties.js';
import type { CollectionName } from './tenant.js';

/** Which `key` values an answer shows. */
export type ShownKeys = 'none' | 'public' | 'all';

/** What a read asks of each object. */
export interface Projection {
  /** Undefined for the default set. */
  readonly properties: readonly string[] | undefined;
  readonly keys: ShownKeys;
}

/**
 * Reads `$select`.
 * @throws GraphError 400 that names the first property the type does not have
 */
export function parseSelect(collection: CollectionName, select: string | null): readonly string[] | undefined {
  if (select === null) return undefined;
  const names = [...new Set(select.split(',').map((name) => name.trim()))];
  for (const name of names)
    if (!Object.hasOwn(propertyDefaults[collection], name)) throw unknownProperty(collection, name);
  return names;
}

/** The 400 for a property that a type does not have. */
export function unknownProperty(collection: CollectionName, name: string) {
  const where = `Could not find a property named '${name}' on type '${typeNames[collection]}'.`;
  return badRequest(`Parsing OData Select and Expand failed: ${where}`);
}

/**
 * Which keys a read shows. Source: the keyCredential page says that `key` comes with `$select` on a single object and
 * is null otherwise; the list pages say that `$select` brings it in lists too, hence the switch, which then shows the
 * worst case: secret keys as well.
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

/** The object as an answer shows it. */
export function project(collection: CollectionName, object: JsonObject, selection: Projection): JsonObject {
  const defaults = propertyDefaults[collection];
  const names = selection.properties ?? Object.keys(defaults).filter((name) => !onSelectOnly.has(name));
  return Object.fromEntries(names.map((name) => [name, shown(name, object, defaults, selection.keys)]));
}

function shown(name: string, object: JsonObject, defaults: JsonObject, keys: ShownKeys): JsonValue {
  if (name === 'keyCredentials') return keysOf(object).map((key) => shownKey(key, keys));
  if (name === 'passwordCredentials') return objectsOf(object[name]).map((p) => ({ ...p, secretText: null }));
  return object[name] ?? defaults[name] ?? null;
}

/** Undocumented whether Graph ever returns secret material (Symmetric, X509CertAndPassword): taken as null. */
function shownKey(key: JsonObject, keys: ShownKeys): JsonObject {
  const isPublic = String(key.type).toLowerCase() === 'asymmetricx509cert';
  return { ...key, key: keys === 'all' || (keys === 'public' && isPublic) ? (key.key ?? null) : null };
}

/** What follows `$metadata#` in the `@odata.context` of a collection: its name and the selected properties. */
export function contextName(collection: CollectionName, properties: readonly string[] | undefined): string {
  return collection + (properties ? `(${properties.join(',')})` : '');
}
