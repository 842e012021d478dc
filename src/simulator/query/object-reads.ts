import { type ObjectName, positionNamed } from '../directory/object-name.js';
import type { TenantState } from '../directory/tenant-state.js';
import type { Answer } from '../protocol/answer.js';
import { notFound } from '../protocol/graph-error.js';
import type { GraphRequest } from '../protocol/graph-request.js';
import { type JsonObject, objectsOf } from '../protocol/json.js';
import { entityAnswer, listAnswer } from '../protocol/odata.js';
import { contextName, parseSelect, project, reshaped, shownKeys } from '../schema/projection.js';
import type { CollectionName } from '../schema/tenant.js';
import { checkFilter } from './check-filter.js';
import { matchesFilter } from './filter.js';
import { parseODataFilter } from './parse-odata-filter.js';

/** The object that reads show. */
function visibleNamed(state: TenantState, name: ObjectName): JsonObject {
  const object = state.directory.collection(name.collection).visible(positionNamed(state.directory, name));
  if (!object) throw notFound(name.id ?? name.appId ?? '');
  return object;
}

/** `GET /applications/{id}` and `/applications(appId='…')`, and the same for service principals. */
export function readObject(state: TenantState, request: GraphRequest, name: ObjectName): Answer {
  const properties = parseSelect(name.collection, request.query.get('$select'));
  const keys = shownKeys('single', properties, state.keysInLists);
  const object = visibleNamed(state, name);
  const shown = project(name.collection, object, { properties, keys });
  const { directory } = state;
  return entityAnswer(
    contextName(name.collection, properties),
    reshaped(directory.collection(name.collection), object, shown),
  );
}

/**
 * `GET …/owners`: the identities that may change the object with Application.ReadWrite.OwnedBy. A caller without
 * permission to read users gets only the id of a user.
 * Source: Graph permissions overview, "Limited information returned for inaccessible member objects".
 */
export function readOwners(state: TenantState, { identity, query }: GraphRequest, name: ObjectName): Answer {
  const mayReadUsers = ['User.Read.All', 'Directory.Read.All'].some((role) => identity.roles.has(role));
  const names = query.get('$select')?.split(',');
  const returned = objectsOf(visibleNamed(state, name).owners).map((owner) => {
    const members = ['@odata.type', ...(names ?? Object.keys(owner))].filter((member) => member in owner);
    const hidden = owner['@odata.type'] === '#microsoft.graph.user' && !mayReadUsers;
    const isShown = (member: string) => !hidden || member === 'id' || member === '@odata.type';
    return Object.fromEntries(members.map((member) => [member, isShown(member) ? (owner[member] ?? null) : null]));
  });
  return listAnswer('directoryObjects', returned);
}

/** `GET /servicePrincipals/{id}/claimsMappingPolicies`: the object's property of that name. */
export function readClaimsMappingPolicies(state: TenantState, name: ObjectName): Answer {
  return listAnswer('claimsMappingPolicies', objectsOf(visibleNamed(state, name).claimsMappingPolicies));
}

/**
 * `GET /applications/{id}/federatedIdentityCredentials` and `…/extensionProperties`: the object's property of that name.
 */
export function readApplicationList(
  state: TenantState,
  name: ObjectName,
  list: 'extensionProperties' | 'federatedIdentityCredentials',
): Answer {
  return listAnswer(list, objectsOf(visibleNamed(state, name)[list]));
}

/** `GET /directory/deletedItems/microsoft.graph.application` and `….servicePrincipal`. */
export function readDeleted({ directory }: TenantState, request: GraphRequest, collection: CollectionName): Answer {
  const properties = parseSelect(collection, request.query.get('$select'));
  const selection = { properties, keys: 'none' } as const;
  const filter = request.query.get('$filter');
  const node = filter ? parseODataFilter(filter) : undefined;
  if (node) checkFilter(collection, node, false);
  const objects = directory.deletedItems
    .list(collection)
    .filter((object) => !node || matchesFilter(node, (property) => object[property] ?? null))
    .map((object) => project(collection, object, selection));
  return listAnswer(contextName(collection, properties), objects);
}
