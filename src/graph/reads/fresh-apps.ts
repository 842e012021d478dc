import { z } from 'zod';
import type { ApplicationProperty, KeyCredential, ServicePrincipalProperty } from '../../model/entra/app.js';
import { ConsentinelError } from '../../model/errors.js';
import type { RemedyFacts, RemedySubject } from '../../model/rule/remedy.js';
import { type Batching, type Found, readMany } from '../http/batch.js';
import { malformed } from '../http/errors.js';
import { rememberOriginalCredentials } from './original-credentials.js';
import { applicationReader, Misshapen, type ObjectReader, servicePrincipalReader } from './parse.js';

/** The properties to read, beyond id, appId and displayName. */
export interface FreshSelection {
  application: readonly ApplicationProperty[];
  servicePrincipal: readonly ServicePrincipalProperty[];
}

/**
 * Reads apps as they are now, and the facts that no listing shows.
 * Source: Graph, get application / servicePrincipal by appId, list claimsMappingPolicies, list deleted items.
 */
export async function freshApps(
  batching: Batching,
  appIds: readonly string[],
  selection: FreshSelection,
  signal?: AbortSignal,
): Promise<Map<string, RemedySubject>> {
  const path = (collection: 'application' | 'servicePrincipal', appId: string) =>
    `/${collection}s(appId='${encodeURIComponent(appId)}')?$select=${['id', 'appId', 'displayName', ...selection[collection]].join(',')}`;
  const paths = appIds.flatMap((appId) => [path('application', appId), path('servicePrincipal', appId)]);
  const found = await readMany(batching, paths, signal);
  const readers = {
    application: applicationReader(selection.application) as ObjectReader<Holder>,
    servicePrincipal: servicePrincipalReader(selection.servicePrincipal) as ObjectReader<Holder>,
  };
  const apps = appIds.map((appId) => ({
    appId,
    application: read(readers.application, found.get(path('application', appId))),
    servicePrincipal: read(readers.servicePrincipal, found.get(path('servicePrincipal', appId))),
  }));
  const facts = await readFacts(batching, apps, signal);
  return new Map(
    apps.map((app) => [app.appId, { app: app as RemedySubject['app'], facts: facts.get(app.appId) ?? unknownFacts }]),
  );
}

interface Holder {
  id: string;
  keyCredentials?: readonly KeyCredential[];
}

interface FoundApp {
  appId: string;
  application: Holder | undefined;
  servicePrincipal: Holder | undefined;
}

const unknownFacts: RemedyFacts = { claimsMappingPolicies: undefined, deletedServicePrincipal: undefined };

function read(reader: ObjectReader<Holder>, found: Found | undefined): Holder | undefined {
  if (!found) return undefined;
  try {
    const holder = reader(found.body);
    rememberOriginalCredentials(
      holder.keyCredentials ?? [],
      (found.body as { keyCredentials?: unknown }).keyCredentials,
    );
    return holder;
  } catch (error) {
    if (error instanceof Misshapen)
      throw malformed(found.call, `an object that is not as documented: ${error.message}`);
    throw error;
  }
}

/** An app has a service principal, which may have policies, or has none, and a deleted one might be restored. */
async function readFacts(
  batching: Batching,
  apps: readonly FoundApp[],
  signal: AbortSignal | undefined,
): Promise<Map<string, RemedyFacts>> {
  const present = apps.filter(({ servicePrincipal }) => servicePrincipal);
  const absent = apps.filter(({ servicePrincipal }) => !servicePrincipal);
  const policies = await countEach(
    batching,
    new Map(
      present.map((app) => [
        app.appId,
        `/servicePrincipals/${app.servicePrincipal?.id}/claimsMappingPolicies?$select=id`,
      ]),
    ),
    signal,
  );
  const deleted = await countEach(batching, new Map(absent.map(({ appId }) => [appId, deletedPath(appId)])), signal);
  return new Map(
    apps.map(({ appId, servicePrincipal }) => {
      const found = deleted.get(appId);
      return [
        appId,
        servicePrincipal
          ? { claimsMappingPolicies: policies.get(appId), deletedServicePrincipal: false }
          : { claimsMappingPolicies: 0, deletedServicePrincipal: found === undefined ? undefined : found > 0 },
      ];
    }),
  );
}

function deletedPath(appId: string): string {
  const filter = encodeURIComponent(`appId eq '${appId}'`);
  return `/directory/deletedItems/microsoft.graph.servicePrincipal?$filter=${filter}&$select=id`;
}

const listSchema = z.looseObject({ value: z.array(z.unknown()) });

/** How many items each list has; nothing for lists that may not be read, which is not the same as none. */
async function countEach(
  batching: Batching,
  paths: ReadonlyMap<string, string>,
  signal: AbortSignal | undefined,
): Promise<Map<string, number>> {
  try {
    const found = await readMany(batching, [...paths.values()], signal);
    return new Map(
      [...paths].flatMap(([appId, path]) => {
        const parsed = listSchema.safeParse(found.get(path)?.body);
        return parsed.success ? [[appId, parsed.data.value.length] as const] : [];
      }),
    );
  } catch (error) {
    if (error instanceof ConsentinelError && /^(permission-missing|graph-rejected)$/.test(error.code)) return new Map();
    throw error;
  }
}
