import { randomUUID } from 'node:crypto';
import type { Filler } from '../filler/filler.js';
import { GraphError, notFound } from '../protocol/graph-error.js';
import type { JsonObject } from '../protocol/json.js';
import { graphTimestamp } from '../protocol/timestamps.js';
import { keysOf } from '../schema/properties.js';
import type { CollectionName, SimulatedTenant } from '../schema/tenant.js';
import { DeletedItems } from './deleted-items.js';
import { ObjectCollection } from './object-collection.js';
import { Policies } from './policies.js';

/** The directory behind the simulator, and what an administrator does to it between scans. */
export class SimulatedDirectory {
  readonly policies: Policies;
  readonly deletedItems = new DeletedItems();
  /** Grants of delegated permissions, but for generated ones; reads show a change at once. */
  readonly grants: JsonObject[];
  readonly appRoleAssignments: JsonObject[];
  readonly #collections: Readonly<Record<CollectionName, ObjectCollection>>;

  /** @param lag milliseconds during which reads show the old state of whatever was changed */
  constructor(
    private readonly tenant: SimulatedTenant,
    filler: Filler | undefined,
    lag: number,
  ) {
    this.policies = new Policies(tenant.policies, lag);
    this.grants = [...(tenant.oauth2PermissionGrants ?? [])];
    this.appRoleAssignments = [...(tenant.appRoleAssignments ?? [])];
    const of = (name: CollectionName) => new ObjectCollection(name, tenant[name], filler?.[name], lag);
    this.#collections = { applications: of('applications'), servicePrincipals: of('servicePrincipals') };
  }

  collection(name: CollectionName): ObjectCollection {
    return this.#collections[name];
  }

  /** The latest state of an object. */
  find(collection: CollectionName, id: string): JsonObject | undefined {
    return this.collection(collection).current(this.collection(collection).positionOf(id));
  }

  /** The latest state of the object of an appId. */
  findByAppId(collection: CollectionName, appId: string): JsonObject | undefined {
    return this.collection(collection).current(this.collection(collection).positionOfAppId(appId));
  }

  addApplication(application: object): JsonObject {
    const createdDateTime = graphTimestamp();
    const defaults = { appId: randomUUID(), displayName: 'New application', signInAudience: 'AzureADMyOrg' };
    return this.collection('applications').add({ ...defaults, createdDateTime, ...jsonOf(application) });
  }

  addServicePrincipal(of: object): JsonObject {
    const principal = jsonOf(of);
    const appId = principal.appId ?? randomUUID();
    const defaults = {
      displayName: 'New service principal',
      accountEnabled: true,
      servicePrincipalType: 'Application',
    };
    const owner = { appOwnerOrganizationId: this.tenant.id, servicePrincipalNames: [appId] };
    return this.collection('servicePrincipals').add({ ...defaults, ...owner, ...principal, appId });
  }

  /** Replaces members of an object, without any of the rules that bind clients of Graph. */
  update(collection: CollectionName, id: string, patch: object): JsonObject {
    const objects = this.collection(collection);
    const position = objects.positionOf(id);
    const object = objects.current(position);
    if (position === undefined || !object) throw notFound(id);
    const changed = { ...object, ...jsonOf(patch) };
    objects.write(position, changed);
    return changed;
  }

  /**
   * Moves an object to the recycle bin; an application takes its service principal of the home tenant along.
   * Source: "Delete application" and "Restore an enterprise application".
   */
  delete(collection: CollectionName, id: string): void {
    const object = this.find(collection, id);
    if (!object) throw notFound(id);
    const own = collection === 'applications' ? this.#ownPrincipal(object) : undefined;
    if (own) this.#bin('servicePrincipals', own, []);
    this.#bin(collection, object, own ? [String(own.id)] : []);
  }

  /**
   * Brings an object back from the recycle bin, and the service principal that went with an application.
   * @throws GraphError 404 where it is not there, 409 where its appId is taken again
   */
  restore(id: string): JsonObject {
    const item = this.deletedItems.find(id);
    if (!item) throw notFound(id);
    if (this.findByAppId(item.collection, String(item.object.appId))) throw nameInUse(String(item.object.appId));
    const object = { ...item.object, deletedDateTime: null };
    this.deletedItems.take(id);
    this.collection(item.collection).write(item.position, object);
    for (const other of item.together) if (this.deletedItems.find(other)) this.restore(other);
    return object;
  }

  /** Attaches a key: Symmetric and Sign unless said otherwise. Gives its keyId. */
  addKey(collection: CollectionName, id: string, of: object = {}): string {
    const key = jsonOf(of);
    const keyId = String(key.keyId ?? randomUUID());
    const dates = { startDateTime: '2026-01-01T00:00:00Z', endDateTime: '2031-01-01T00:00:00Z' };
    const value = { customKeyIdentifier: null, displayName: null, key: Buffer.from('secret').toString('base64') };
    const whole = { ...value, ...dates, type: 'Symmetric', usage: 'Sign', ...key, keyId };
    this.update(collection, id, { keyCredentials: [...keysOf(this.find(collection, id) ?? {}), whole] });
    return keyId;
  }

  removeKey(collection: CollectionName, id: string, keyId: string): void {
    const kept = keysOf(this.find(collection, id) ?? {}).filter((key) => key.keyId !== keyId);
    this.update(collection, id, { keyCredentials: kept });
  }

  #ownPrincipal(application: JsonObject): JsonObject | undefined {
    const principal = this.findByAppId('servicePrincipals', String(application.appId));
    return principal?.appOwnerOrganizationId === this.tenant.id ? principal : undefined;
  }

  #bin(collection: CollectionName, object: JsonObject, together: readonly string[]): void {
    const position = this.collection(collection).positionOf(String(object.id));
    if (position === undefined) return;
    const deletedDateTime = graphTimestamp();
    this.deletedItems.put({ collection, position, object: { ...object, deletedDateTime }, together });
    this.collection(collection).write(position, undefined);
  }
}

/** A copy as JSON: no client can change the directory through an object it still holds. */
function jsonOf(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value));
}

/** Source: the answer Graph gives when a service principal exists already. */
export const nameInUse = (appId: string) =>
  new GraphError(
    409,
    'Request_MultipleObjectsWithSameKeyValue',
    `The service principal cannot be created, updated, or restored because the service principal name ${appId} is already in use.`,
  );
