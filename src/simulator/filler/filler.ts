import type { JsonObject } from '../protocol/json.js';
import type { CollectionName, FillerSize, SimulatedTenant } from '../schema/tenant.js';
import { FillerCollection } from './filler-collection.js';
import { FillerGrants } from './filler-grants.js';
import { fillerPlaceholders } from './filler-placeholders.js';
import {
  applicationVariants,
  foreignPrincipalVariants,
  managedIdentityVariants,
  ownPrincipalVariants,
} from './filler-variants.js';
import { mix } from './guid-sequence.js';
import { type IdSequences, idSequences } from './id-sequences.js';

const largest = 1_000_000;
const microsoftGraph = '00000003-0000-0000-c000-000000000000';
const userRead: JsonObject = {
  resourceAppId: microsoftGraph,
  resourceAccess: [{ id: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d', type: 'Scope' }],
};

/** An intended finding among the generated objects. */
export interface PlantedFinding {
  collection: CollectionName;
  objectId: string;
  appId: string;
  keyId?: string;
  kind: 'symmetric-signing-key' | 'missing-service-principal';
}

/** The generated objects, in addition to the tenant's own. */
export interface Filler {
  readonly applications: FillerCollection;
  readonly servicePrincipals: FillerCollection;
  /** Grants of the applications' declared permission; undefined in a tenant without Microsoft Graph. */
  readonly grants: FillerGrants | undefined;
  /** The intended findings, computed on each call. */
  planted(): PlantedFinding[];
}

/**
 * Generates objects: 40 % applications, 40 % their service principals, 15 % service principals of applications in other
 * tenants, and 5 % managed identities. All comply, except every `plantEvery`-th application.
 * @throws Error for an invalid size, or if a generated id is also an id of the tenant
 */
export function createFiller(tenant: SimulatedTenant, size: FillerSize): Filler {
  checkSize(size);
  const ids = idSequences(size.seed);
  const count = Math.floor(size.objects * 0.4);
  const applications = applicationFiller(tenant, size, ids, count);
  const servicePrincipals = principalFiller(tenant, size, ids, count, size.objects - count);
  const graph = tenant.servicePrincipals.find((principal) => principal.appId === microsoftGraph);
  const grants = graph && new FillerGrants(ids, count, String(graph.id));
  const filler = { applications, servicePrincipals, grants, planted: () => plantedIn(size, ids, count) };
  checkCollisions(tenant, filler);
  return filler;
}

function checkSize({ objects, plantEvery, keyHolderEvery }: FillerSize): void {
  if (!Number.isInteger(objects) || objects < 0 || objects > largest)
    throw new Error(`filler.objects is ${objects}. Give a whole number from 0 to ${largest}.`);
  for (const [name, every] of Object.entries({ plantEvery, keyHolderEvery }))
    if (every !== undefined && (!Number.isInteger(every) || every < 1))
      throw new Error(`filler.${name} is ${every}. Give a whole number from 1, or leave it out.`);
}

const isNth = (index: number, every: number | undefined) => every !== undefined && (index + 1) % every === 0;

const holdsKey = ({ keyCredentials }: JsonObject) => keyCredentials !== undefined;

function applicationFiller(tenant: SimulatedTenant, size: FillerSize, ids: IdSequences, count: number) {
  // A declared permission without its resource in the tenant is a finding.
  const hasGraph = tenant.servicePrincipals.some((principal) => principal.appId === microsoftGraph);
  const variants = applicationVariants(hasGraph ? [userRead] : []);
  const plain = variants.length - 1;
  const holder = variants.findIndex(holdsKey);
  const withoutKeys = variants.findIndex((variant) => !holdsKey(variant));
  return new FillerCollection({
    collection: 'applications',
    count,
    objectIds: ids.applicationIds,
    appIds: ids.appIds,
    variants,
    variantOf: (index) => {
      if (isNth(index, size.plantEvery)) return plain;
      if (size.keyHolderEvery === undefined) return mix(index) % plain;
      return isNth(index, size.keyHolderEvery) ? holder : withoutKeys;
    },
    placeholders: fillerPlaceholders(ids, ids.applicationIds, ids.applicationKeys),
  });
}

/** The first `own` belong to the applications with the same index. Every fourth of the others is a managed identity. */
function principalFiller(
  tenant: SimulatedTenant,
  { keyHolderEvery }: FillerSize,
  ids: IdSequences,
  own: number,
  count: number,
) {
  const owned = ownPrincipalVariants(tenant.id);
  const variants = [...owned, ...foreignPrincipalVariants(), ...managedIdentityVariants()];
  return new FillerCollection({
    collection: 'servicePrincipals',
    count,
    objectIds: ids.servicePrincipalIds,
    appIds: ids.appIds,
    variants,
    variantOf: (index) => {
      if (keyHolderEvery === undefined)
        return index < own ? mix(index) % owned.length : owned.length + (index % 4 === 3 ? 1 : 0);
      const isHolder = isNth(index, keyHolderEvery);
      if (index >= own) return owned.length + Number(isHolder);
      return owned.findIndex((variant) => holdsKey(variant) === isHolder);
    },
    placeholders: fillerPlaceholders(ids, ids.servicePrincipalIds, ids.principalKeys),
  });
}

function plantedIn(size: FillerSize, ids: IdSequences, count: number): PlantedFinding[] {
  const indexes = [...Array(count).keys()].filter((index) => isNth(index, size.plantEvery));
  return indexes.map((index) => ({
    collection: 'applications',
    objectId: ids.applicationIds.text(index),
    appId: ids.appIds.text(index),
    keyId: ids.plantedKeys.text(index),
    kind: 'symmetric-signing-key',
  }));
}

function checkCollisions(tenant: SimulatedTenant, filler: Pick<Filler, CollectionName>): void {
  for (const object of [...tenant.applications, ...tenant.servicePrincipals]) {
    const [id, appId] = [String(object.id), String(object.appId)];
    const { applications: a, servicePrincipals: s } = filler;
    const taken = a.indexOfId(id) ?? s.indexOfId(id) ?? s.indexOfAppId(appId);
    if (taken !== undefined) throw new Error(`The filler generates the ids of ${id} too. Choose another filler.seed.`);
  }
}
