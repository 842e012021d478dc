import { z } from 'zod';
import type { Directory, DirectoryStats } from '../../jobs/ports/index.js';
import type { Collection } from '../../model/entra/collection.js';
import type { UnreadableObject } from '../../model/entra/unreadable-object.js';
import { type Claims, claimsOf } from '../auth/credential.js';
import { type BatchContext, readMany } from '../http/batch.js';
import { BatchQueue } from '../http/batch-queue.js';
import { batchingSend } from '../http/batching-send.js';
import { scopeOf } from '../http/client.js';
import { ClockComparison } from '../http/clock-comparison.js';
import { abortError, wait, withDeadline } from '../http/deadline.js';
import { malformed } from '../http/errors.js';
import { credentialMissing } from '../http/faults.js';
import { Governor } from '../http/governor.js';
import { quoted } from '../http/odata-text.js';
import { withLowPriority } from '../http/priority.js';
import type { ReadContext } from '../http/read.js';
import { createSend, type GraphSettings, type Send } from '../http/send.js';
import { WaitingClock } from '../http/waiting-clock.js';
import { appIdsOf } from './app-ids-of.js';
import { auditEntriesOf, auditEntriesOn } from './audit-entries.js';
import { changesSince, latestPosition } from './collection-changes.js';
import { countObjects } from './count-objects.js';
import { dependentsOf } from './dependents.js';
import { directoryChanges } from './directory-changes.js';
import { freshApps } from './fresh-apps.js';
import { anyGrantOn, grantsTo, listGrants } from './grants.js';
import { countKeyHolders, keyCredentialsOf, keyHolders } from './key-holders.js';
import { type ListingContext, listCollection } from './list-collection.js';
import { applicationReader, type ObjectReader, readOrSetAside, servicePrincipalReader } from './parse.js';
import {
  anybodyAssignedTo,
  appRoleAssignedTo,
  appRolesHeldBy,
  haveEntries,
  permissionClassifications,
} from './principal-lists.js';
import type { ListContext } from './read-lists.js';
import { selectList } from './select-list.js';
import { readSignInFailures } from './sign-ins.js';
import { readOrganization, readTenantPart } from './tenant.js';
import { trackedCollection } from './tracked-collections.js';

/** How to reach Graph, and the tenant id if the settings contain it. */
export interface DirectorySettings extends GraphSettings {
  readonly tenantId?: string;
  /** Objects per page, at most 999. @default 999 */
  readonly pageSize?: number;
  /** The local time, ISO 8601 UTC, to compare it with Graph's. */
  readonly now?: () => string;
}

/** The directory of a tenant. Its reads have the normal priority: a person may wait for them. */
export interface TenantDirectory extends Directory {
  /** The same reads with low priority, under the same budget: Graph throttles them before those of a person. */
  readonly inBackground: Directory;
}

/**
 * Reads the directory of a tenant through Microsoft Graph v1.0.
 * Source: Graph, list applications, list servicePrincipals (`$top` up to 999), advanced queries (`$count`).
 */
export function createDirectory(settings: DirectorySettings): TenantDirectory {
  const stats: DirectoryStats = { pages: 0, requests: 0, retries: 0, resourceUnits: 0 };
  const clocks = settings.now && new ClockComparison(settings.now);
  const governor = new Governor(new WaitingClock(settings.wait ?? wait));
  const send = createSend({ ...settings, governor, ...(clocks && { clocks }) }, stats);
  const parts = { settings, stats, clocks, governor };
  return {
    ...directoryOf(send, parts),
    inBackground: directoryOf(withLowPriority(send), parts),
  };
}

/** What the reads of one tenant share. */
interface DirectoryParts {
  readonly settings: DirectorySettings;
  readonly stats: DirectoryStats;
  readonly clocks: ClockComparison | undefined;
  readonly governor: Governor;
}

function directoryOf(sendOne: Send, { settings, stats, clocks, governor }: DirectoryParts): Directory {
  const { random = Math.random, budget = 300_000 } = settings;
  const queue = new BatchQueue(sendOne, stats);
  const throttled = (path: string, retryAfter: number) => governor.throttled(path, retryAfter);
  const send = batchingSend(sendOne, { queue, throttled, pause: (path) => governor.pause(path) });
  const batches: BatchContext = {
    send: sendOne,
    queue,
    stats,
    wait: (milliseconds, signal) => governor.clock.wait(milliseconds, signal),
    random,
    budget,
    throttled,
  };
  const { graph, pageSize, now } = settings;
  const listing: ListingContext = { graph, send, batches, stats, pageSize, now };
  const lists: ListContext = { graph: settings.graph, batches };
  const reads = (signal: AbortSignal | undefined): ReadContext => ({
    graph,
    send,
    signal,
    granted: async (permission) => (await claimsOfToken(settings, signal))?.roles?.includes(permission),
  });
  return {
    stats,
    clockSkew: () => clocks?.skew,
    fastestAnswer: () => governor.fastest,
    organization: async (signal) => {
      const token = (await claimsOfToken(settings, signal))?.tid;
      return readOrganization(send, { configured: settings.tenantId, token }, signal);
    },
    servicePrincipals: (select, signal, seen, expected, from) => {
      const read = servicePrincipalReader(select, true);
      return begun(
        listCollection(listing, { collection: 'servicePrincipals', select, read, seen, expected, from }, signal),
      );
    },
    applications: (select, signal, seen, expected, from) => {
      const read = applicationReader(select, true);
      return begun(listCollection(listing, { collection: 'applications', select, read, seen, expected, from }, signal));
    },
    latestPosition: (tracked, signal) => latestPosition(listing, trackedCollection(tracked), signal),
    changesSince: (tracked, since, also, signal) =>
      changesSince(listing, trackedCollection(tracked), since, also, signal),
    count: (collection, signal, mayBatch) => countObjects(send, collection, signal, undefined, mayBatch),
    tenantPart: (part, signal, foreseen) => readTenantPart({ ...reads(signal), batches, foreseen }, part),
    grantPages: (signal, from, withIds) => listGrants({ ...reads(signal), withIds }, from),
    signInFailures: (request, signal) => readSignInFailures({ graph: settings.graph, send, signal }, request),
    dependentsOf: (appIds, signal) => dependentsOf(batches, appIds, signal),
    keyHolders: (collection, onHolder, signal) => keyHolders(listing, collection, onHolder, signal),
    countKeyHolders: (collection, signal) => countKeyHolders(send, collection, signal),
    keyCredentialsOf: (collection, ids, signal) => keyCredentialsOf(batches, collection, ids, signal),
    directoryChanges: (since, signal) => directoryChanges({ graph, send, signal }, since),
    appIdsOf: (objects, signal) => appIdsOf(batches, objects, signal),
    auditEntriesOn: (objectIds, since, signal) => auditEntriesOn(batches, objectIds, since, signal),
    auditEntriesOf: (activities, since, signal) => auditEntriesOf(batches, activities, since, signal),
    servicePrincipalsByAppId: (appIds, select, signal) =>
      byAppId(batches, 'servicePrincipals', appIds, select, servicePrincipalReader(select), signal),
    applicationsByAppId: (appIds, select, signal) =>
      byAppId(batches, 'applications', appIds, select, applicationReader(select), signal),
    appRoleAssignedTo: (ids, signal) => appRoleAssignedTo(lists, ids, signal),
    appRolesHeldBy: (ids, signal) => appRolesHeldBy(lists, ids, signal),
    grantsTo: (ids, signal) => grantsTo(lists, ids, signal),
    anyGrantOn: (ids, signal) => anyGrantOn(lists, ids, signal),
    anybodyAssignedTo: (ids, signal, knownEmpty) => anybodyAssignedTo(lists, ids, signal, knownEmpty),
    haveEntries: (list, ids, signal, knownEmpty) => haveEntries(lists, list, ids, signal, knownEmpty),
    permissionClassifications: (ids, signal) => permissionClassifications(lists, ids, signal),
    freshApps: (appIds, select, signal, known) => freshApps(batches, appIds, select, signal, known),
    roles: async (signal) => (await claimsOfToken(settings, signal))?.roles,
    principal: async (signal) => {
      const claims = await claimsOfToken(settings, signal);
      return claims?.upn ?? claims?.appid ?? claims?.oid;
    },
    existing: (collection, ids, signal) => existing(batches, collection, ids, signal),
  };
}

/** The same items. The first is requested now, and not when it is needed. */
function begun<T>(items: AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined> {
  const first = items.next();
  // The consumer gets a failure when it asks for the first item.
  first.catch(() => undefined);
  return (async function* () {
    try {
      for (let next = await first; !next.done; next = await items.next()) yield next.value;
    } finally {
      await items.return();
    }
  })();
}

/** The claims of the access token; undefined for an opaque token. @throws ConsentinelError `credential-missing`, `aborted` */
export async function claimsOfToken(settings: GraphSettings, signal?: AbortSignal): Promise<Claims | undefined> {
  try {
    const getToken = (stop: AbortSignal) =>
      settings.credential.getToken(scopeOf(settings.graph), { abortSignal: stop });
    const token = await withDeadline(settings.timeout ?? 100_000, signal, getToken);
    return token ? claimsOf(token.token) : undefined;
  } catch (error) {
    if (signal?.aborted) throw abortError(signal);
    throw credentialMissing(error);
  }
}

async function byAppId<T>(
  batches: BatchContext,
  collection: Collection,
  appIds: readonly string[],
  select: readonly string[],
  read: ObjectReader<T>,
  signal?: AbortSignal,
): Promise<Map<string, T | UnreadableObject | undefined>> {
  const paths = appIds.map(
    (appId) => `/${collection}(appId=${encodeURIComponent(quoted(appId))})?$select=${selectList(select)}`,
  );
  const responses = await readMany(batches, paths, signal);
  return new Map(
    appIds.map((appId, at) => {
      const response = responses.get(paths[at] as string);
      return [appId, response && readOrSetAside(read, response.body)];
    }),
  );
}

async function existing(
  batches: BatchContext,
  collection: Collection,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Set<string>> {
  const paths = ids.map((id) => `/${collection}/${encodeURIComponent(id)}?$select=id`);
  const responses = await readMany(batches, paths, signal);
  return new Set(
    ids.filter((_, at) => {
      const response = responses.get(paths[at] as string);
      if (response && !withId.safeParse(response.body).success)
        throw malformed(response.call, 'an object without an id');
      return response;
    }),
  );
}

const withId = z.object({ id: z.string().min(1) });
