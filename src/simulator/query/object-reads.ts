import { type ObjectName, positionNamed } from '../directory/object-name.js';
import type { TenantState } from '../directory/tenant-state.js';
import type { Answer } from '../protocol/answer.js';
import { notFound } from '../protocol/graph-error.js';
import type { GraphRequest } from '../protocol/graph-request.js';
import { type JsonObject, objectsOf } from '../protocol/json.js';
import { entityAnswer, listAnswer } from '../protocol/odata.js';
import { contextName, parseSelect, project, shownKeys } from '../schema/projection.js';
import type { CollectionName } from '../schema/tenant.js';
import { checkFilter } from './check-filter.js';
import { matchesFilter } from './filter.js';
import { parseODataFilter } from './parse-odata-filter.js';

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
  return entityAnswer(contextName(name.collection, properties), object);
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
  return listAnswer('directoryObjects', seen);
}

/** `GET /servicePrincipals/{id}/claimsMappingPolicies`: what the tenant's object carries under that name. */
export function readClaimsMappingPolicies(state: TenantState, name: ObjectName): Answer {
  return listAnswer('claimsMappingPolicies', objectsOf(visibleNamed(state, name).claimsMappingPolicies));
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
  return listAnswer(contextName(collection, properties), objects);
}
