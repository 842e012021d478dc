import { z } from 'zod';
import type { ListedGrant } from '../../jobs/ports/index.js';
import { permissionOfPart } from '../../model/rule/permissions.js';
import { GrantIndex, type PermissionGrant } from '../../model/tenant/grants.js';
import {
  type CallFacts,
  GraphCallError,
  isRefused,
  isRefusedFilter,
  malformed,
  permissionMissing,
} from '../http/errors.js';
import { quoted } from '../http/odata-text.js';
import { pagesOf, type RawPage } from '../http/pages.js';
import type { ReadContext } from '../http/read.js';
import { MalformedObject } from './parse.js';
import { type ListContext, readLists } from './read-lists.js';

const grant = z.object({
  clientId: z.string().min(1),
  resourceId: z.string().min(1),
  consentType: z.string(),
  scope: z.string().nullable(),
}) satisfies z.ZodType<PermissionGrant>;
const page = z.array(grant);
const columns = '$select=clientId,resourceId,consentType,scope';

const listedGrant = z.object({ ...grant.shape, id: z.string().min(1) });
const listedPage = z.array(listedGrant);

const least = permissionOfPart.grants;
/** The permission that Graph's page names as the least privileged one. */
const documented = 'Directory.Read.All';

/** Gets the grants of each page. Some come twice. */
type OnGrants = (grants: readonly ListedGrant[]) => Promise<void>;

/** A grant of a delta or of a direct read. @throws MalformedObject */
export function readListedGrant(raw: unknown): ListedGrant {
  const parsed = listedGrant.safeParse(raw);
  if (parsed.success) return withoutUserScope(parsed.data);
  throw new MalformedObject('A permission grant has undocumented values.', {
    on: 'servicePrincipal',
    property: 'grant',
  });
}

/** One bit is all that rules use of a grant for one user. */
function withoutUserScope({ id, clientId, resourceId, consentType, scope }: z.infer<typeof listedGrant>): ListedGrant {
  return { id, clientId, resourceId, consentType, scope: consentType === 'Principal' ? null : scope };
}

/**
 * Reads all grants of delegated permissions in one listing, not app by app, into an index.
 * Graph can refuse it to an application that has DelegatedPermissionGrant.Read.All: the permissions reference lists that
 * permission, and the page of the list names Directory.Read.All.
 * Source: Graph, list oauth2PermissionGrants; permissions reference.
 * @param onGrants needs the ids of the grants; without it they are not requested
 */
export async function readGrants(context: ReadContext, onGrants?: OnGrants): Promise<GrantIndex> {
  try {
    return await indexGrants({ ...context, onGrants });
  } catch (error) {
    if (!(error instanceof GraphCallError) || !isRefused(error) || !(await context.granted(least))) throw error;
    const { method, path, graphCode = '', requestId } = error.call;
    const answer = `${method} ${path} was answered 403 ${graphCode}`.trimEnd();
    const id = requestId ? ` (request-id ${requestId})` : '';
    const message = `${answer}${id}, although the token has ${least}.`;
    throw permissionMissing(error.call, message, documented);
  }
}

/** With so many pages and more to come, two chains of pages take less time than one. */
const pagesOfOneChain = 4;
const consentTypes = ['AllPrincipals', 'Principal'];

interface Indexing extends ReadContext {
  readonly onGrants: OnGrants | undefined;
}

/**
 * Begins with one chain of pages. If it is long and has grants of both consent types and no other type, it reads one chain
 * for each type instead, at the same time. Graph has no other filter that divides the grants: `$filter` supports only `eq`.
 * Source: Graph, oAuth2PermissionGrant resource type.
 */
async function indexGrants(context: Indexing): Promise<GrantIndex> {
  const index = new GrantIndex();
  const types = new Set<string>();
  let pages = 0;
  for await (const { items, call, isLast } of grantPages(context)) {
    for (const entry of await grantsIn(context, items, call)) {
      index.add(entry);
      types.add(entry.consentType);
    }
    const hasBoth = types.size === consentTypes.length && consentTypes.every((type) => types.has(type));
    if (++pages === pagesOfOneChain && !isLast && hasBoth && (await addByType(context, index))) return index;
  }
  return index;
}

/** @returns false if Graph refuses the filter */
async function addByType(context: Indexing, index: GrantIndex): Promise<boolean> {
  const filters = consentTypes.map((type) => `consentType eq '${type}'`);
  try {
    for await (const { items, call } of grantPages(context, filters)) {
      for (const entry of await grantsIn(context, items, call)) index.add(entry);
    }
    return true;
  } catch (error) {
    if (isRefusedFilter(error)) return false;
    throw error;
  }
}

function grantPages({ graph, send, signal, onGrants }: Indexing, filters?: readonly string[]): AsyncGenerator<RawPage> {
  const path = `/oauth2PermissionGrants?${columns}${onGrants ? ',id' : ''}&$top=999`;
  return pagesOf({ graph, send, path, signal, urgent: true, ...(filters && { filters }) });
}

/** @throws GraphCallError `graph-malformed`; what `onGrants` throws */
async function grantsIn(
  { onGrants }: Indexing,
  items: readonly unknown[],
  call: CallFacts,
): Promise<readonly PermissionGrant[]> {
  const parsed = (onGrants ? listedPage : page).safeParse(items);
  if (!parsed.success) throw malformed(call, 'a permission grant with undocumented values');
  await onGrants?.((parsed.data as z.infer<typeof listedPage>).map(withoutUserScope));
  return parsed.data;
}

/**
 * The grants to each of these clients. A client has one grant per API for all users. It can have one per user, of which
 * one page is enough: they only show that some users have consented.
 * Source: Graph, list oauth2PermissionGrants: `$filter` with eq; a filter on `clientId` has the shortest replication delay.
 */
export async function grantsTo(
  context: ListContext,
  clientIds: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, readonly PermissionGrant[]>> {
  const read = (consentType: string, anyPage: boolean) => {
    const pathOf = (id: string) => grantsWhere(`clientId eq ${quoted(id)} and consentType eq '${consentType}'`, 999);
    return readLists(context, clientIds, { pathOf, item: grant, anyPage }, signal);
  };
  const [forAll, forSome] = await Promise.all([read('AllPrincipals', false), read('Principal', true)]);
  return new Map(clientIds.map((id) => [id, [...(forAll.get(id) ?? []), ...(forSome.get(id) ?? [])]]));
}

/** One grant on each of these APIs, if there is any. Source: as above. */
export async function anyGrantOn(
  context: ListContext,
  resourceIds: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, readonly PermissionGrant[]>> {
  const pathOf = (id: string) => grantsWhere(`resourceId eq ${quoted(id)}`, 1);
  const lists = await readLists(context, resourceIds, { pathOf, item: grant, anyPage: true }, signal);
  return new Map(resourceIds.map((id) => [id, lists.get(id) ?? []]));
}

function grantsWhere(filter: string, top: number): string {
  return `/oauth2PermissionGrants?$filter=${encodeURIComponent(filter)}&${columns}&$top=${top}`;
}
