import { randomUUID } from 'node:crypto';
import type { Filler } from '../filler/filler.js';
import { GraphError, notFound } from '../protocol/graph-error.js';
import type { JsonObject } from '../protocol/json.js';
import { graphTimestamp, nowInMilliseconds } from '../protocol/timestamps.js';
import { keysOf } from '../schema/properties.js';
import type { CollectionName, SimulatedTenant } from '../schema/tenant.js';
import { DeletedItems } from './deleted-items.js';
import { GrantChanges } from './grant-changes.js';
import { ObjectCollection } from './object-collection.js';
import { Policies } from './policies.js';

/** The simulated directory, with the changes that an administrator makes between scans. */
export class SimulatedDirectory {
  readonly policies: Policies;
  readonly deletedItems = new DeletedItems();
  /** Delegated permission grants, except generated ones. Reads show a change at once. */
  readonly grants: JsonObject[];
  readonly grantChanges: GrantChanges;
  /** Reads show a change at once. */
  readonly appRoleAssignments: JsonObject[];
  /** Multi-tenant applications of other tenants, for which a service principal can be created here. */
  readonly #foreignApplications: JsonObject[] = [];
  readonly #collections: Readonly<Record<CollectionName, ObjectCollection>>;

  /**
   * @param lag milliseconds during which reads show the old state after a change
   * @param indexLag more milliseconds for the index behind filters on key credentials
   */
  constructor(
    private readonly tenant: SimulatedTenant,
    filler: Filler | undefined,
    lag: number,
    indexLag = 0,
  ) {
    this.policies = new Policies(tenant.policies, lag);
    this.grants = [...(tenant.oauth2PermissionGrants ?? [])];
    this.grantChanges = new GrantChanges(this.grants, nowInMilliseconds);
    this.appRoleAssignments = [...(tenant.appRoleAssignments ?? [])];
    const collection = (name: CollectionName) =>
      new ObjectCollection(name, tenant[name], filler?.[name], lag, undefined, indexLag);
    this.#collections = {
      applications: collection('applications'),
      servicePrincipals: collection('servicePrincipals'),
    };
  }

  collection(name: CollectionName): ObjectCollection {
    return this.#collections[name];
  }

  /** The number of writes that changed an object or a policy. A repeated write changes nothing. */
  get revisions(): number {
    const { applications, servicePrincipals } = this.#collections;
    return applications.revisions + servicePrincipals.revisions + this.policies.revisions;
  }

  /** Lets reads show every change from now on, as if all replicas had received it. */
  catchUp(): void {
    for (const collection of Object.values(this.#collections)) collection.catchUp();
    this.policies.catchUp();
  }

  /** The current state of an object; undefined if there is none. */
  find(collection: CollectionName, id: string): JsonObject | undefined {
    return this.collection(collection).current(this.collection(collection).positionOf(id));
  }

  /** The current state of the object with an appId; undefined if there is none. */
  findByAppId(collection: CollectionName, appId: string): JsonObject | undefined {
    return this.collection(collection).current(this.collection(collection).positionOfAppId(appId));
  }

  /**
   * Adds an application.
   * @param application its properties; missing ones get defaults
   * @returns the object with its id
   */
  addApplication(application: object): JsonObject {
    const createdDateTime = graphTimestamp();
    const defaults = { appId: randomUUID(), displayName: 'New application', signInAudience: 'AzureADMyOrg' };
    return this.collection('applications').add({ ...defaults, createdDateTime, ...jsonOf(application) });
  }

  /** Registers a multi-tenant application in another tenant. */
  addForeignApplication(application: object): void {
    this.#foreignApplications.push(jsonOf(application));
  }

  /** The multi-tenant application of another tenant with an appId; undefined if there is none. */
  foreignApplication(appId: string): JsonObject | undefined {
    return this.#foreignApplications.find(
      (application) => String(application.appId).toLowerCase() === appId.toLowerCase(),
    );
  }

  /** Adds a service principal; see `addApplication`. The tenant owns its application by default. */
  addServicePrincipal(properties: object): JsonObject {
    const principal = jsonOf(properties);
    const appId = principal.appId ?? randomUUID();
    const defaults = {
      displayName: 'New service principal',
      accountEnabled: true,
      servicePrincipalType: 'Application',
    };
    const owner = { appOwnerOrganizationId: this.tenant.id, servicePrincipalNames: [appId] };
    return this.collection('servicePrincipals').add({ ...defaults, ...owner, ...principal, appId });
  }

  /**
   * Replaces properties of an object, without the checks that apply to clients of Graph.
   * @throws GraphError 404
   */
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
   * Moves an object to the deleted items, an application together with its service principal in its home tenant.
   * Source: "Delete application" and "Restore an enterprise application".
   * @throws GraphError 404
   */
  delete(collection: CollectionName, id: string): void {
    const object = this.find(collection, id);
    if (!object) throw notFound(id);
    const own = collection === 'applications' ? this.#ownPrincipal(object) : undefined;
    if (own) this.#moveToDeleted('servicePrincipals', own, []);
    this.#moveToDeleted(collection, object, own ? [String(own.id)] : []);
  }

  /**
   * Restores a deleted object, an application together with the service principal that was deleted with it.
   * @throws GraphError 404 if it is not among the deleted items, 409 if another object has its appId
   */
  restore(id: string): JsonObject {
    const item = this.deletedItems.find(id);
    if (!item) throw notFound(id);
    if (this.findByAppId(item.collection, String(item.object.appId))) throw nameInUse(String(item.object.appId));
    const object = { ...item.object, deletedDateTime: null };
    this.deletedItems.take(id);
    this.collection(item.collection).write(item.position, object);
    for (const other of item.deletedTogether) if (this.deletedItems.find(other)) this.restore(other);
    return object;
  }

  /**
   * Deletes a deleted object for ever.
   * @throws GraphError 404 if it is not among the deleted items
   */
  purge(id: string): void {
    if (!this.deletedItems.take(id)) throw notFound(id);
  }

  /**
   * Adds a key.
   * @param properties of the key; by default it is Symmetric and Sign
   * @returns its keyId
   */
  addKey(collection: CollectionName, id: string, properties: object = {}): string {
    const key = jsonOf(properties);
    const keyId = String(key.keyId ?? randomUUID());
    const dates = { startDateTime: '2026-01-01T00:00:00Z', endDateTime: '2031-01-01T00:00:00Z' };
    const value = { customKeyIdentifier: null, displayName: null, key: Buffer.from('secret').toString('base64') };
    const complete = { ...value, ...dates, type: 'Symmetric', usage: 'Sign', ...key, keyId };
    this.update(collection, id, { keyCredentials: [...keysOf(this.find(collection, id) ?? {}), complete] });
    return keyId;
  }

  /** Removes a key. An unknown keyId changes nothing. */
  removeKey(collection: CollectionName, id: string, keyId: string): void {
    const kept = keysOf(this.find(collection, id) ?? {}).filter((key) => key.keyId !== keyId);
    this.update(collection, id, { keyCredentials: kept });
  }

  #ownPrincipal(application: JsonObject): JsonObject | undefined {
    const principal = this.findByAppId('servicePrincipals', String(application.appId));
    return principal?.appOwnerOrganizationId === this.tenant.id ? principal : undefined;
  }

  #moveToDeleted(collection: CollectionName, object: JsonObject, deletedTogether: readonly string[]): void {
    const position = this.collection(collection).positionOf(String(object.id));
    if (position === undefined) return;
    const deletedDateTime = graphTimestamp();
    this.deletedItems.put({ collection, position, object: { ...object, deletedDateTime }, deletedTogether });
    this.collection(collection).write(position, undefined);
  }
}

/** A copy as JSON, so that a caller that keeps the object cannot change the directory through it. */
function jsonOf(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value));
}

/** Source: Graph's answer if the service principal already exists. */
export const nameInUse = (appId: string) =>
  new GraphError(
    409,
    'Request_MultipleObjectsWithSameKeyValue',
    `The service principal cannot be created, updated, or restored because the service principal name ${appId} is already in use.`,
  );
