import { z } from 'zod';
import type { ApplicationProperty, KeyCredential, ServicePrincipalProperty } from '../../model/entra/app.js';
import { UnreadableObject } from '../../model/entra/unreadable-object.js';
import { ConsentinelError } from '../../model/errors.js';
import type { RemedyFacts, RemedySubject } from '../../model/rule/remedy.js';
import { type BatchContext, type ObjectResponse, readMany } from '../http/batch.js';
import { rememberOriginalCredentials } from './original-credentials.js';
import { applicationReader, type ObjectReader, readOrSetAside, servicePrincipalReader } from './parse.js';

/** The properties to read in addition to id, appId and displayName. */
export interface FreshSelection {
  application: readonly ApplicationProperty[];
  servicePrincipal: readonly ServicePrincipalProperty[];
}

/**
 * Reads the current state of apps, and the facts that no listing contains.
 * Source: Graph, get application / servicePrincipal by appId, list claimsMappingPolicies, list deleted items.
 * @param known by appId, what is not read again
 * @returns by appId, without the apps that have an unreadable object
 */
export async function freshApps(
  batches: BatchContext,
  appIds: readonly string[],
  selection: FreshSelection,
  signal?: AbortSignal,
  known: ReadonlyMap<string, Partial<RemedySubject>> = new Map(),
): Promise<Map<string, RemedySubject>> {
  const knownApps = appIds.flatMap((appId): FoundApp[] => {
    const app = known.get(appId)?.app as FoundApp | undefined;
    return app ? [{ ...app, appId }] : [];
  });
  const unread = appIds.filter((appId) => !known.get(appId)?.app);
  const readFacts = (some: readonly FoundApp[]) =>
    factsOfApps(
      batches,
      some.filter(({ appId }) => !known.get(appId)?.facts),
      signal,
    );
  const [factsOfKnown, read] = await Promise.all([
    readFacts(knownApps),
    readApps(batches, unread, selection, readFacts, signal),
  ]);
  const factsOf = (appId: string) =>
    known.get(appId)?.facts ?? factsOfKnown.get(appId) ?? read.facts.get(appId) ?? unknownFacts;
  const apps = new Map([...knownApps, ...read.apps].map((app) => [app.appId, app]));
  return new Map(
    appIds.flatMap((appId) => {
      const app = apps.get(appId) as RemedySubject['app'] | undefined;
      return app ? [[appId, { app, facts: factsOf(appId) }] as const] : [];
    }),
  );
}

/** The apps without those that have an unreadable object, and their facts. */
async function readApps(
  batches: BatchContext,
  appIds: readonly string[],
  selection: FreshSelection,
  readFacts: (apps: readonly FoundApp[]) => Promise<Map<string, RemedyFacts>>,
  signal: AbortSignal | undefined,
): Promise<{ apps: FoundApp[]; facts: Map<string, RemedyFacts> }> {
  const path = (collection: 'application' | 'servicePrincipal', appId: string) =>
    `/${collection}s(appId='${encodeURIComponent(appId)}')?$select=${['id', 'appId', 'displayName', ...selection[collection]].join(',')}`;
  const paths = appIds.flatMap((appId) => [path('application', appId), path('servicePrincipal', appId)]);
  const responses = await readMany(batches, paths, signal);
  // An agent identity has no appId: its object id is used instead. Source: Graph, agentIdentity resource type.
  const unknown = appIds.filter((appId) =>
    [path('application', appId), path('servicePrincipal', appId)].every((one) => !responses.get(one)),
  );
  const byId = (id: string) => path('servicePrincipal', id).replace(/\(appId='(.*)'\)/, '/$1');
  const readers = {
    application: applicationReader(selection.application) as ObjectReader<FoundObject>,
    servicePrincipal: servicePrincipalReader(selection.servicePrincipal) as ObjectReader<FoundObject>,
  };
  const found = appIds.flatMap((appId): FoundApp[] => {
    const application = read(readers.application, responses.get(path('application', appId)));
    const servicePrincipal = read(readers.servicePrincipal, responses.get(path('servicePrincipal', appId)));
    if (application instanceof UnreadableObject || servicePrincipal instanceof UnreadableObject) return [];
    return [{ appId, application, servicePrincipal }];
  });
  // The facts do not wait for the agent identities: these are few.
  const [facts, agents] = await Promise.all([readFacts(found), readMany(batches, unknown.map(byId), signal)]);
  const agentApps = unknown.flatMap((appId): FoundApp[] => {
    const servicePrincipal = read(readers.servicePrincipal, agents.get(byId(appId)));
    return servicePrincipal instanceof UnreadableObject || !servicePrincipal
      ? []
      : [{ appId, application: undefined, servicePrincipal }];
  });
  const factsOfAgents = await readFacts(agentApps);
  const isAgent = new Set(unknown.filter((appId) => agents.get(byId(appId))));
  return {
    apps: [...found.filter(({ appId }) => !isAgent.has(appId)), ...agentApps],
    facts: new Map([...facts, ...factsOfAgents]),
  };
}

/** What this module reads of an application or a service principal. */
interface FoundObject {
  id: string;
  keyCredentials?: readonly KeyCredential[];
}

interface FoundApp {
  appId: string;
  application: FoundObject | undefined;
  servicePrincipal: FoundObject | undefined;
}

const unknownFacts: RemedyFacts = { claimsMappingPolicies: undefined, deletedServicePrincipal: undefined };

function read(
  reader: ObjectReader<FoundObject>,
  response: ObjectResponse | undefined,
): FoundObject | UnreadableObject | undefined {
  if (!response) return undefined;
  const object = readOrSetAside(reader, response.body);
  if (object instanceof UnreadableObject) return object;
  const { keyCredentials } = response.body as { keyCredentials?: unknown };
  rememberOriginalCredentials(object.keyCredentials ?? [], keyCredentials);
  return object;
}

/** A service principal can have policies. For an app without one, a deleted service principal can be restored. */
async function factsOfApps(
  batches: BatchContext,
  apps: readonly FoundApp[],
  signal: AbortSignal | undefined,
): Promise<Map<string, RemedyFacts>> {
  const present = apps.filter(({ servicePrincipal }) => servicePrincipal);
  const absent = apps.filter(({ servicePrincipal }) => !servicePrincipal);
  const policiesOf = ({ appId, servicePrincipal }: FoundApp) =>
    [appId, `/servicePrincipals/${servicePrincipal?.id}/claimsMappingPolicies?$select=id`] as const;
  const [policies, deleted] = await Promise.all([
    countEach(batches, new Map(present.map(policiesOf)), signal),
    countEach(batches, new Map(absent.map(({ appId }) => [appId, deletedPath(appId)])), signal),
  ]);
  return new Map(
    apps.map(({ appId, servicePrincipal }) => {
      const count = deleted.get(appId);
      return [
        appId,
        servicePrincipal
          ? { claimsMappingPolicies: policies.get(appId), deletedServicePrincipal: false }
          : { claimsMappingPolicies: 0, deletedServicePrincipal: count === undefined ? undefined : count > 0 },
      ];
    }),
  );
}

function deletedPath(appId: string): string {
  const filter = encodeURIComponent(`appId eq '${appId}'`);
  return `/directory/deletedItems/microsoft.graph.servicePrincipal?$filter=${filter}&$select=id`;
}

const listSchema = z.looseObject({ value: z.array(z.unknown()) });

/** The number of items of each list. Lists without permission are missing from the result, which does not mean 0. */
async function countEach(
  batches: BatchContext,
  paths: ReadonlyMap<string, string>,
  signal: AbortSignal | undefined,
): Promise<Map<string, number>> {
  try {
    const responses = await readMany(batches, [...paths.values()], signal);
    return new Map(
      [...paths].flatMap(([appId, path]) => {
        const parsed = listSchema.safeParse(responses.get(path)?.body);
        return parsed.success ? [[appId, parsed.data.value.length] as const] : [];
      }),
    );
  } catch (error) {
    if (error instanceof ConsentinelError && /^(permission-missing|graph-rejected)$/.test(error.code)) return new Map();
    throw error;
  }
}
