import type { Directory, DirectoryPage, DirectoryStats } from '../../jobs/ports/index.js';
import { IdTable } from '../../scale/id-table.js';
import { type Claims, claimsOf } from '../auth/credential.js';
import { type Batching, readMany } from '../http/batch.js';
import { scopeOf } from '../http/client.js';
import { abortion, wait, withDeadline } from '../http/deadline.js';
import { type CallFacts, GraphCallError, malformed } from '../http/errors.js';
import { credentialMissing } from '../http/faults.js';
import { pagesOf } from '../http/pages.js';
import { createSend, type GraphSettings, type Send } from '../http/send.js';
import { freshApps } from './fresh-apps.js';
import { applicationReader, Misshapen, type ObjectReader, servicePrincipalReader } from './parse.js';
import { anybodyAssignedTo, appRoleAssignedTo, type ListSource, permissionClassifications } from './principal-lists.js';
import { readOrganization, readTenantPart } from './tenant.js';

/** What the directory needs: where Graph is, who asks, and the tenant where the settings name it. */
export interface DirectorySettings extends GraphSettings {
  readonly tenantId?: string;
  /** Objects on a page, at most 999. @default 999 */
  readonly pageSize?: number;
}

type Collection = 'applications' | 'servicePrincipals';

/** The number is for a progress bar: not worth much patience. */
const countBudget = 20_000;

/**
 * The directory of a tenant, read through Microsoft Graph v1.0.
 * Source: Graph, list applications, list servicePrincipals (`$top` up to 999), advanced queries (`$count`).
 */
export function createDirectory(settings: DirectorySettings): Directory {
  const stats: DirectoryStats = { pages: 0, requests: 0, retries: 0, resourceUnits: 0 };
  const send = createSend(settings, stats);
  const { random = Math.random, budget = 300_000 } = settings;
  const batching: Batching = { send, stats, wait: settings.wait ?? wait, random, budget };
  const listing: ListingSource = { settings, send, stats };
  const lists: ListSource = { graph: settings.graph, batching };
  return {
    stats,
    organization: async (signal) => {
      const token = (await claimsOfToken(settings, signal))?.tid;
      return readOrganization(send, { configured: settings.tenantId, token }, signal);
    },
    servicePrincipals: (select, signal) =>
      list(listing, 'servicePrincipals', select, servicePrincipalReader(select, true), signal),
    applications: (select, signal) => list(listing, 'applications', select, applicationReader(select, true), signal),
    count: (collection, signal) => count(send, collection, signal),
    tenantPart: (part, signal) => {
      const granted = async (permission: string) =>
        (await claimsOfToken(settings, signal))?.roles?.includes(permission);
      return readTenantPart({ graph: settings.graph, send, signal, granted }, part);
    },
    servicePrincipalsByAppId: (appIds, select, signal) =>
      byAppId(batching, 'servicePrincipals', appIds, select, servicePrincipalReader(select), signal),
    applicationsByAppId: (appIds, select, signal) =>
      byAppId(batching, 'applications', appIds, select, applicationReader(select), signal),
    appRoleAssignedTo: (ids, signal) => appRoleAssignedTo(lists, ids, signal),
    anybodyAssignedTo: (ids, signal) => anybodyAssignedTo(lists, ids, signal),
    permissionClassifications: (ids, signal) => permissionClassifications(lists, ids, signal),
    freshApps: (appIds, select, signal) => freshApps(batching, appIds, select, signal),
    roles: async (signal) => (await claimsOfToken(settings, signal))?.roles,
    principal: async (signal) => {
      const claims = await claimsOfToken(settings, signal);
      return claims?.upn ?? claims?.appid ?? claims?.oid;
    },
    existing: (collection, ids, signal) => existing(batching, collection, ids, signal),
  };
}

/** What the token says; undefined where it is opaque. */
export async function claimsOfToken(settings: GraphSettings, signal?: AbortSignal): Promise<Claims | undefined> {
  try {
    const work = (stop: AbortSignal) => settings.credential.getToken(scopeOf(settings.graph), { abortSignal: stop });
    const token = await withDeadline(settings.timeout ?? 100_000, signal, work);
    return token ? claimsOf(token.token) : undefined;
  } catch (error) {
    if (signal?.aborted) throw abortion(signal);
    throw credentialMissing(error);
  }
}

interface ListingSource {
  settings: DirectorySettings;
  send: Send;
  stats: DirectoryStats;
}

async function* list<T extends { id: string }>(
  { settings, send, stats }: ListingSource,
  collection: Collection,
  select: readonly string[],
  read: ObjectReader<T>,
  signal?: AbortSignal,
): AsyncGenerator<DirectoryPage<T>, void, undefined> {
  const seen = new IdTable();
  const path = `/${collection}?$select=${selected(select)}&$top=${settings.pageSize ?? 999}`;
  const onPage = () => {
    stats.pages++;
  };
  for await (const page of pagesOf({ graph: settings.graph, send, path, signal, onPage })) {
    const items: T[] = [];
    for (const raw of page.items) {
      const item = shaped(read, raw, page.call);
      if (seen.admit(item.id)) items.push(item);
    }
    if (items.length > 0) yield { items };
  }
}

async function count(send: Send, collection: Collection, signal?: AbortSignal): Promise<number | undefined> {
  try {
    const headers = { ConsistencyLevel: 'eventual', accept: 'text/plain' };
    const answer = await send({ method: 'GET', path: `/${collection}/$count`, headers, signal, budget: countBudget });
    return typeof answer.body === 'number' ? answer.body : undefined;
  } catch (error) {
    if (error instanceof GraphCallError && error.code !== 'credential-rejected') return undefined;
    throw error;
  }
}

async function byAppId<T>(
  batching: Batching,
  collection: Collection,
  appIds: readonly string[],
  select: readonly string[],
  read: ObjectReader<T>,
  signal?: AbortSignal,
): Promise<Map<string, T | undefined>> {
  const paths = appIds.map((appId) => `/${collection}(appId='${quoted(appId)}')?$select=${selected(select)}`);
  const answers = await readMany(batching, paths, signal);
  return new Map(
    appIds.map((appId, at) => {
      const answer = answers.get(paths[at] as string);
      return [appId, answer && shaped(read, answer.body, answer.call)];
    }),
  );
}

async function existing(
  batching: Batching,
  collection: Collection,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Set<string>> {
  const paths = ids.map((id) => `/${collection}/${encodeURIComponent(id)}?$select=id`);
  const answers = await readMany(batching, paths, signal);
  return new Set(ids.filter((_, at) => answers.get(paths[at] as string)));
}

function shaped<T>(read: ObjectReader<T>, raw: unknown, call: CallFacts): T {
  try {
    return read(raw);
  } catch (error) {
    if (error instanceof Misshapen) throw malformed(call, `an object that is not as documented: ${error.message}`);
    throw error;
  }
}

function selected(select: readonly string[]): string {
  return [...new Set(['id', 'appId', 'displayName', ...select])].join(',');
}

/** Inside an OData string a quote is doubled. Source: OData URL conventions, section 5.1.1.6. */
function quoted(value: string): string {
  return encodeURIComponent(value.replaceAll("'", "''"));
}
