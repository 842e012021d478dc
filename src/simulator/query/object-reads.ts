import { type ObjectName, positionNamed } from '../directory/object-name.js';
import type { TenantState } from '../directory/tenant-state.js';
import { type Answer, jsonAnswer } from '../protocol/answer.js';
import { notFound } from '../protocol/graph-error.js';
import type { GraphRequest } from '../protocol/graph-request.js';
import { type JsonObject, type JsonValue, objectsOf } from '../protocol/json.js';
import { contextOf, parseSelect, project, shownKeys } from '../schema/projection.js';
import type { CollectionName } from '../schema/tenant.js';
import { checkFilter } from './check-filter.js';
import { matchesFilter } from './filter.js';
import { parseODataFilter } from './parse-odata-filter.js';

const metadata = 'https://graph.microsoft.com/v1.0/$metadata#';
/** The object as reads see it. */
function visibleNamed(state: TenantState, name: ObjectName): JsonObject {
  const object = state.directory.collection(name.collection).visible(positionNamed(state.directory, name));
  if (!object) throw notFound(name.id ?? name.appId ?? '');
  return object;
}

/** `GET /applications/{id}`, `/applications(appId='…')` and the same for service principals. */
export function readObject(state: TenantState, request: GraphRequest, name: ObjectName): Answer {
  const properties = parseSelect(name.collection, request.query.get('$select'));
  const keys = shownKeys('single', properties, state.keysInLists);
  const object = project(name.collection, visibleNamed(state, name), { properties, keys });
  return jsonAnswer(200, { '@odata.context': contextOf(name.collection, properties, '/$entity'), ...object });
}

/**
 * `GET …/owners`: who may change the object with Application.ReadWrite.OwnedBy. Of users, whoever may not read users
 * sees the id alone. Source: Graph, permissions overview, limited information for inaccessible member objects.
 */
export function readOwners(state: TenantState, { identity, query }: GraphRequest, name: ObjectName): Answer {
  const mayReadUsers = ['User.Read.All', 'Directory.Read.All'].some((role) => identity.roles.has(role));
  const names = query.get('$select')?.split(',');
  const seen = objectsOf(visibleNamed(state, name).owners).map((owner) => {
    const of = ['@odata.type', ...(names ?? Object.keys(owner))].filter((member) => member in owner);
    const hidden = owner['@odata.type'] === '#microsoft.graph.user' && !mayReadUsers;
    const shownOf = (member: string) => !hidden || member === 'id' || member === '@odata.type';
    return Object.fromEntries(of.map((member) => [member, shownOf(member) ? (owner[member] ?? null) : null]));
  });
  return listOf(`${metadata}directoryObjects`, seen);
}

/** `GET /servicePrincipals/{id}/claimsMappingPolicies`: what the tenant's object carries under that name. */
export function readClaimsMappingPolicies(state: TenantState, name: ObjectName): Answer {
  return listOf(`${metadata}claimsMappingPolicies`, objectsOf(visibleNamed(state, name).claimsMappingPolicies));
}

/** `GET /policies/{name}`, `/policies/{name}/{id}` and `/policies/{name}/{id}/{part}`. */
export function readPolicy({ directory }: TenantState, path: readonly string[]): Answer {
  const [name = '', id, part] = path;
  const policy = directory.policies.visible(name);
  if (!policy) throw notFound(name);
  const context = `${metadata}policies/${name}`;
  if (id === undefined) return isList(policy) ? listOf(context, objectsOf(policy.value)) : entity(context, policy);
  const member = objectsOf(policy.value).find((item) => item.id === id);
  if (!member) throw notFound(id);
  if (part === undefined) return entity(`${context}`, member);
  return listOf(`${context}('${id}')/${part}`, objectsOf(member[part]));
}

/** `GET /directory/deletedItems/microsoft.graph.application` and `….servicePrincipal`. */
export function readDeleted({ directory }: TenantState, request: GraphRequest, collection: CollectionName): Answer {
  const properties = parseSelect(collection, request.query.get('$select'));
  const selection = { properties, keys: 'none' } as const;
  const filter = request.query.get('$filter');
  const wanted = filter ? parseODataFilter(filter) : undefined;
  if (wanted) checkFilter(collection, wanted, false);
  const objects = directory.deletedItems
    .list(collection)
    .filter((object) => !wanted || matchesFilter(wanted, (property) => object[property] ?? null))
    .map((object) => project(collection, object, selection));
  return listOf(contextOf(collection, properties), objects);
}

const isList = (policy: JsonObject) => Array.isArray(policy.value);
const listOf = (context: string, value: JsonValue) => jsonAnswer(200, { '@odata.context': context, value });
const entity = (context: string, object: JsonObject) =>
  jsonAnswer(200, { '@odata.context': `${context}/$entity`, ...object });
