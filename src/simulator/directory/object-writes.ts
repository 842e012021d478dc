import { type Answer, emptyAnswer, jsonAnswer } from '../protocol/answer.js';
import { accessDenied, badRequest, type GraphError, notFound } from '../protocol/graph-error.js';
import { bodyOf, type GraphRequest } from '../protocol/graph-request.js';
import type { Identity } from '../protocol/identity.js';
import { isObject, type JsonObject, objectsOf } from '../protocol/json.js';
import { entityAnswer, graphRoot, metadata } from '../protocol/odata.js';
import { project } from '../schema/projection.js';
import { keysOf, propertyDefaults, readOnlyProperties, typeNames } from '../schema/properties.js';
import type { CollectionName } from '../schema/tenant.js';
import { checkLock } from './check-lock.js';
import { type ObjectName, positionNamed } from './object-name.js';
import { replaceKeys } from './replace-keys.js';
import { nameInUse } from './simulated-directory.js';
import type { TenantState } from './tenant-state.js';

/** The permissions to write any object. Application.ReadWrite.OwnedBy allows writes to the caller's own objects. */
const permissionsToWriteAny: Readonly<Record<CollectionName, readonly string[]>> = {
  applications: ['Application.ReadWrite.All'],
  servicePrincipals: ['Application.ReadWrite.All', 'Directory.ReadWrite.All'],
};

/** `PATCH /applications/{id}` and `/servicePrincipals/{id}`: 204 without a body. Source: the two update pages. */
export function patchObject(state: TenantState, request: GraphRequest, name: ObjectName): Answer {
  const before = writable(state, request.identity, name);
  const { collection } = name;
  if (before.servicePrincipalType === 'ManagedIdentity') throw accessDenied();
  const after = patched(collection, before, bodyOf(request), state.nullKeyEchoRefused);
  if (collection === 'servicePrincipals')
    checkLock(before, after, state.directory.findByAppId('applications', String(before.appId)));
  if (/PersonalMicrosoftAccount$/.test(String(before.signInAudience)) && collection === 'applications')
    state.throttle?.admitPersonalAccountWrite(request);
  state.directory.update(collection, String(before.id), after);
  return emptyAnswer(204);
}

/** `DELETE /applications/{id}` and `/servicePrincipals/{id}`. */
export function deleteObject(state: TenantState, request: GraphRequest, name: ObjectName): Answer {
  const object = writable(state, request.identity, name);
  state.directory.delete(name.collection, String(object.id));
  return emptyAnswer(204);
}

/**
 * `POST /applications`. The caller becomes an owner where it may write its own applications only.
 * Source: "Create application"; Application.ReadWrite.OwnedBy in the permissions reference.
 */
export function postApplication(state: TenantState, request: GraphRequest): Answer {
  const body = bodyOf(request);
  if (typeof body.displayName !== 'string' || body.displayName === '')
    throw badRequest("A value is required for property 'displayName' of resource 'Application'.");
  const { objectId, roles } = request.identity;
  const ownedOnly = !roles.has('Application.ReadWrite.All');
  const created = state.directory.addApplication({
    ...patched('applications', {}, body, state.nullKeyEchoRefused),
    ...(ownedOnly && { owners: [{ '@odata.type': '#microsoft.graph.servicePrincipal', id: objectId }] }),
  });
  const returned = project('applications', created, { properties: undefined, keys: 'none' });
  const location = `${graphRoot}/applications/${created.id}`;
  return jsonAnswer(201, { '@odata.context': `${metadata}applications/$entity`, ...returned }, { Location: location });
}

/**
 * `POST /servicePrincipals {appId}`, for an application of this tenant or a multi-tenant application of another one.
 * Source: "Create servicePrincipal".
 */
export function postServicePrincipal(state: TenantState, request: GraphRequest): Answer {
  const { appId } = bodyOf(request);
  if (typeof appId !== 'string') throw badRequest("The property 'appId' is required.");
  const foreign = state.directory.foreignApplication(appId);
  const application = state.directory.findByAppId('applications', appId) ?? foreign;
  if (!application) throw noBackingApplication(appId);
  if (!mayWrite(request.identity, 'servicePrincipals', application)) throw accessDenied();
  if (state.directory.findByAppId('servicePrincipals', appId)) throw nameInUse(appId);
  const { displayName = null, identifierUris = [], signInAudience = null } = application;
  const names = [appId, ...(identifierUris as readonly string[])];
  const inherited = { displayName, appDisplayName: displayName, signInAudience, servicePrincipalNames: names };
  const { appOwnerOrganizationId, oauth2PermissionScopes = [], appRoles = [] } = foreign ?? {};
  const published = foreign && { appOwnerOrganizationId, oauth2PermissionScopes, appRoles };
  const principal = state.directory.addServicePrincipal({
    appId: application.appId ?? appId,
    ...inherited,
    ...published,
  });
  const returned = project('servicePrincipals', principal, { properties: undefined, keys: 'none' });
  const location = `${graphRoot}/servicePrincipals/${principal.id}`;
  const context = `${metadata}servicePrincipals/$entity`;
  return jsonAnswer(201, { '@odata.context': context, ...returned }, { Location: location });
}

/** `POST /directory/deletedItems/{id}/restore`. */
export function restoreObject(state: TenantState, id: string): Answer {
  return entityAnswer('directoryObjects', bare(state.directory.restore(id)));
}

function writable(state: TenantState, identity: Identity, name: ObjectName): JsonObject {
  const object = state.directory.collection(name.collection).current(positionNamed(state.directory, name));
  if (!object) throw notFound(name.id ?? name.appId ?? '');
  if (!mayWrite(identity, name.collection, object)) throw accessDenied();
  return object;
}

function mayWrite({ roles, objectId }: Identity, collection: CollectionName, object: JsonObject): boolean {
  if (permissionsToWriteAny[collection].some((role) => roles.has(role))) return true;
  const owned = objectsOf(object.owners).some((owner) => owner.id === objectId);
  return owned && roles.has('Application.ReadWrite.OwnedBy');
}

/** Merges complex values member by member and replaces collections. */
function patched(
  collection: CollectionName,
  before: JsonObject,
  body: JsonObject,
  nullKeyEchoRefused: boolean,
): JsonObject {
  const changes = Object.entries(body).filter(([name]) => !name.startsWith('@odata.'));
  for (const [name] of changes) checkSettable(collection, name);
  const merged = changes.map(([name, value]) => {
    if (name === 'keyCredentials') return [name, replaceKeys(keysOf(before), value, nullKeyEchoRefused)];
    const previous = before[name];
    return [name, isObject(value) && isObject(previous) ? { ...previous, ...value } : value];
  });
  return { ...before, ...Object.fromEntries(merged) };
}

function checkSettable(collection: CollectionName, name: string): void {
  if (!Object.hasOwn(propertyDefaults[collection], name))
    throw badRequest(`The property '${name}' does not exist on type '${typeNames[collection]}'.`);
  // Source: Graph's answer to a PATCH of passwordCredentials.
  if (name === 'passwordCredentials')
    throw badRequest('New password credentials must be generated using service actions.');
  if (readOnlyProperties[collection].has(name)) throw badRequest(`Property '${name}' is read-only and cannot be set.`);
}

/** Source: Graph's property error code NoBackingApplicationObject. */
function noBackingApplication(appId: string): GraphError {
  return badRequest(`The appId '${appId}' of the service principal does not reference a valid application object.`);
}

const bare = ({ id = null, displayName = null, appId = null }: JsonObject) => ({ id, displayName, appId });
