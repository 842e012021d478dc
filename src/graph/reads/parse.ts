import type {
  Application,
  ApplicationProperty,
  KeyCredential,
  PasswordCredential,
  PublishedAppRole,
  PublishedScope,
  ServicePrincipal,
  ServicePrincipalProperty,
} from '../../model/entra/app.js';
import { type UnreadableFacts, UnreadableObject } from '../../model/entra/unreadable-object.js';
import { applicationKinds, type Kind, servicePrincipalKinds } from './properties.js';

/** An object that differs from Graph's documentation. The message names the object and the property, never a value. */
export class MalformedObject extends Error {
  override readonly name = 'MalformedObject';
  constructor(
    message: string,
    readonly facts: UnreadableFacts,
  ) {
    super(message);
  }
}

type Raw = Readonly<Record<string, unknown>>;
/** Returns what the program keeps of a value, or `invalid`. */
type Reader = (value: unknown) => unknown;

const invalid = Symbol('invalid');
/** Shared by all objects: most have no credentials, and a million empty arrays take memory. */
const emptyList: readonly never[] = Object.freeze([]);

/*
 * Not written with zod, because it runs once for every object of a tenant. It takes 0.3 µs for an object with six
 * selected properties. zod takes 2.4 µs and copies every nested object (Node 20, 1,000,000 objects).
 */
const readers: Readonly<Record<Kind, Reader>> = {
  string: (value) => (isAbsent(value) || typeof value === 'string' ? value : invalid),
  repeatedString: (value) => (typeof value === 'string' ? interned(value) : isAbsent(value) ? value : invalid),
  boolean: (value) => (isAbsent(value) || typeof value === 'boolean' ? value : invalid),
  object: (value) => (isAbsent(value) || isObject(value) ? value : invalid),
  strings: (value) => collection(value, keepString),
  objects: (value) => collection(value, keepObject),
  keyCredentials: (value) => collection(value, keyCredential),
  passwordCredentials: (value) => collection(value, passwordCredential),
  publishedScopes: (value) => collection(value, publishedScope),
  publishedAppRoles: (value) => collection(value, publishedAppRole),
};

/** More than the number of enum values and owners. Beyond the limit, strings are not shared. */
const maxInternedTexts = 10_000;
const internedTexts = new Map<string, string>();

/** One string for all objects with the same value: a million copies of a tenant id take memory. */
function interned(text: string): string {
  const known = internedTexts.get(text);
  if (known !== undefined) return known;
  if (internedTexts.size < maxInternedTexts) internedTexts.set(text, text);
  return text;
}

/** Converts one object of a page to the form that rules read. @throws MalformedObject */
export type ObjectReader<T> = (raw: unknown) => T;

/**
 * A reader of applications. The result has id, appId, displayName and the selected properties only. Secret members of
 * credentials (`key`, `secretText`, `hint`) are removed here and exist nowhere else in the program.
 * Source: Graph, application resource type.
 * @param mayReuse the reader may change the raw object and return it, which avoids a copy of each of a million objects
 */
export function applicationReader<A extends ApplicationProperty>(
  select: readonly A[],
  mayReuse = false,
): ObjectReader<Application<A>> {
  return objectReader('application', applicationKinds, select, mayReuse) as ObjectReader<Application<A>>;
}

/** A reader of service principals, like `applicationReader`. Source: Graph, servicePrincipal resource type. */
export function servicePrincipalReader<S extends ServicePrincipalProperty>(
  select: readonly S[],
  mayReuse = false,
): ObjectReader<ServicePrincipal<S>> {
  return objectReader('servicePrincipal', servicePrincipalKinds, select, mayReuse) as ObjectReader<ServicePrincipal<S>>;
}

function objectReader(
  type: UnreadableFacts['on'],
  kinds: Readonly<Record<string, Kind>>,
  select: readonly string[],
  mayReuse: boolean,
) {
  const names = [...new Set(select)];
  const allowed = new Set(['id', 'appId', 'displayName', ...names]);
  const chosen = names.map((name) => readers[kinds[name] ?? 'object']);
  return (raw: unknown): Raw => {
    const from = identified(type, raw);
    const object: Record<string, unknown> = mayReuse && hasOnly(allowed, from) ? from : { id: from.id };
    object.appId = from.appId ?? from.id;
    object.displayName = from.displayName ?? '';
    const subtype = type === 'application' ? subtypeOf(from['@odata.type']) : undefined;
    if (subtype !== undefined) object.subtype = subtype;
    for (let at = 0; at < names.length; at++) {
      const name = names[at] as string;
      const value = (chosen[at] as Reader)(from[name]);
      if (value === invalid) throw malformedProperty(type, from, name);
      object[name] = value;
    }
    return object;
  };
}

/** Reads an object, or sets it aside if it differs from Graph's documentation. */
export function readOrSetAside<T>(read: ObjectReader<T>, raw: unknown): T | UnreadableObject {
  try {
    return read(raw);
  } catch (error) {
    if (error instanceof MalformedObject) return new UnreadableObject(error.facts);
    throw error;
  }
}

/** The name of a type derived from application. Source: OData JSON format, 4.5.3: lists contain such a type. */
function subtypeOf(odataType: unknown): string | undefined {
  if (typeof odataType !== 'string') return undefined;
  const name = odataType.replace(/^#microsoft\.graph\./, '');
  return name === 'application' ? undefined : interned(name);
}

/** An object with other properties is copied, so that these are removed. */
function hasOnly(allowed: ReadonlySet<string>, object: Raw): boolean {
  for (const name in object) if (!allowed.has(name)) return false;
  return true;
}

/** Agent identities are service principals without an appId. Source: Graph, agentIdentity resource type. */
function identified(type: UnreadableFacts['on'], raw: unknown): Raw {
  if (!isObject(raw)) throw new MalformedObject(`${type}: it is ${typeName(raw)}`, { on: type, property: 'id' });
  const { id, appId, displayName } = raw;
  if (!isName(id)) throw malformedProperty(type, raw, 'id');
  const mayLackAppId = type === 'servicePrincipal' && isAbsent(appId);
  if (!isName(appId) && !mayLackAppId) throw malformedProperty(type, raw, 'appId');
  if (isAbsent(displayName) || typeof displayName === 'string') return raw;
  throw malformedProperty(type, raw, 'displayName');
}

function malformedProperty(on: UnreadableFacts['on'], raw: Raw, property: string): MalformedObject {
  const { id, appId, displayName } = raw;
  const of = isName(id) ? ` ${id}` : '';
  return new MalformedObject(`${on}${of}: ${property} is ${typeName(raw[property])}`, {
    on,
    property,
    id: isName(id) ? id : undefined,
    appId: isName(appId) ? appId : undefined,
    displayName: isName(displayName) ? displayName : undefined,
  });
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** A selected collection must not be absent or null: that would look like an empty collection. */
function collection(value: unknown, keep: Reader): unknown {
  if (!Array.isArray(value)) return invalid;
  if (value.length === 0) return emptyList;
  const kept = value.map(keep);
  return kept.includes(invalid) ? invalid : kept;
}

function keyCredential(value: unknown): KeyCredential | typeof invalid {
  if (!isObject(value)) return invalid;
  const { keyId, type, usage, displayName, customKeyIdentifier, startDateTime, endDateTime } = value;
  const texts = [keyId, type, usage, displayName, customKeyIdentifier, startDateTime, endDateTime];
  if (!texts.every(isText)) return invalid;
  return {
    keyId: textOf(keyId),
    type: internedTextOf(type),
    usage: internedTextOf(usage),
    displayName: textOf(displayName),
    customKeyIdentifier: textOf(customKeyIdentifier),
    startDateTime: textOf(startDateTime),
    endDateTime: textOf(endDateTime),
  };
}

function passwordCredential(value: unknown): PasswordCredential | typeof invalid {
  if (!isObject(value)) return invalid;
  const { keyId, displayName, startDateTime, endDateTime } = value;
  if (![keyId, displayName, startDateTime, endDateTime].every(isText)) return invalid;
  return {
    keyId: textOf(keyId),
    displayName: textOf(displayName),
    startDateTime: textOf(startDateTime),
    endDateTime: textOf(endDateTime),
  };
}

/** Omits the texts for consent pages: they are most of the data of an API's permissions, and no rule reads them. */
function publishedScope(value: unknown): PublishedScope | typeof invalid {
  if (!isObject(value)) return invalid;
  const { id, value: name, type, isEnabled } = value;
  if (![id, name, type].every(isText) || !isFlag(isEnabled)) return invalid;
  return { id: textOf(id) ?? '', value: textOf(name), type: textOf(type), isEnabled: isEnabled !== false };
}

function publishedAppRole(value: unknown): PublishedAppRole | typeof invalid {
  if (!isObject(value)) return invalid;
  const { id, value: name, isEnabled, allowedMemberTypes } = value;
  const types = collection(allowedMemberTypes, keepString);
  if (![id, name].every(isText) || !isFlag(isEnabled) || types === invalid) return invalid;
  return {
    id: textOf(id) ?? '',
    value: textOf(name),
    isEnabled: isEnabled !== false,
    allowedMemberTypes: types as string[],
  };
}

const keepString: Reader = (value) => (typeof value === 'string' ? value : invalid);
const keepObject: Reader = (value) => (isObject(value) ? value : invalid);

function isText(value: unknown): boolean {
  return isAbsent(value) || typeof value === 'string';
}

function isFlag(value: unknown): boolean {
  return isAbsent(value) || typeof value === 'boolean';
}

function textOf(value: unknown): string | null {
  return (value as string | null | undefined) ?? null;
}

/** For values that many objects share. */
function internedTextOf(value: unknown): string | null {
  return typeof value === 'string' ? interned(value) : null;
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeName(value: unknown): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (value === '') return 'empty';
  return Array.isArray(value) ? 'an array in the wrong place or with a wrong entry' : `of type ${typeof value}`;
}
