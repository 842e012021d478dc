import { z } from 'zod';
import type { GrantsPage, GrantsPosition, ListedGrant } from '../../jobs/ports/index.js';
import { permissionOfPart } from '../../model/rule/permissions.js';
import { grantIndexOf } from '../../model/tenant/grant-reading.js';
import type { GrantIndex, PermissionGrant } from '../../model/tenant/grants.js';
import { pathOf } from '../http/client.js';
import {
  type CallFacts,
  GraphCallError,
  isRefused,
  isRefusedFilter,
  malformed,
  permissionMissing,
} from '../http/errors.js';
import { quoted } from '../http/odata-text.js';
import { type Listing, pagesOf, type RawPage } from '../http/pages.js';
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
const listedPage = z.array(listedGrant.transform(withoutUserScope));

const least = permissionOfPart.grants;
/** The permission that Graph's page names as the least privileged one. */
const documented = 'Directory.Read.All';

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
function withoutUserScope({ id, clientId, resourceId, consentType, scope }: ListedGrant): ListedGrant {
  return { id, clientId, resourceId, consentType, scope: consentType === 'Principal' ? null : scope };
}

/** What `listGrants` reads of each grant. */
interface GrantsContext extends ReadContext {
  /** The grants are `ListedGrant`s. @default false */
  readonly withIds?: boolean | undefined;
}

/** Reads all grants of delegated permissions in one listing, not app by app, into an index. @throws as `listGrants` */
export function readGrants(context: ReadContext): Promise<GrantIndex> {
  return grantIndexOf(listGrants(context));
}

/**
 * Lists all grants of delegated permissions. A grant can occur twice.
 * Graph can refuse it to an application that has DelegatedPermissionGrant.Read.All: the permissions reference lists that
 * permission, and the page of the list names Directory.Read.All.
 * Source: Graph, list oauth2PermissionGrants; permissions reference.
 * @param from where an earlier listing stopped
 * @throws GraphCallError
 */
export async function* listGrants(
  context: GrantsContext,
  from?: GrantsPosition,
): AsyncGenerator<GrantsPage, void, undefined> {
  try {
    yield* grantsAfter(context, from);
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

/**
 * Begins with one chain of pages. If it is long and has grants of both consent types and no other type, it reads one chain
 * for each type instead, at the same time. Graph has no other filter that divides the grants: `$filter` supports only `eq`.
 * Source: Graph, oAuth2PermissionGrant resource type.
 */
async function* grantsAfter(
  context: GrantsContext,
  from: GrantsPosition | undefined,
): AsyncGenerator<GrantsPage, void, undefined> {
  if (from && (from.byType || isDivided(from)) && (yield* grantsByType(context, from))) return;
  const begun = from?.byType ? undefined : from;
  const types = new Set(begun?.types);
  let pages = begun?.pages ?? 0;
  for await (const page of grantPages(context, { starts: begun?.next })) {
    const grants = grantsIn(context, page.items, page.call);
    for (const { consentType } of grants) types.add(consentType);
    const next = linkAfter(context, page);
    const position = { byType: false, next: [next], pages: ++pages, types: [...types] };
    yield { grants, position };
    if (isDivided(position) && (yield* grantsByType(context, position))) return;
  }
}

/** Whether the listing is divided after this position of one chain. */
function isDivided({ next, pages, types }: GrantsPosition): boolean {
  const hasBoth = types.length === consentTypes.length && consentTypes.every((type) => types.includes(type));
  return pages === pagesOfOneChain && next[0] !== null && hasBoth;
}

/** @returns false if Graph refuses the filter */
async function* grantsByType(
  context: GrantsContext,
  from: GrantsPosition,
): AsyncGenerator<GrantsPage, boolean, undefined> {
  const filters = consentTypes.map((type) => `consentType eq '${type}'`);
  let next: GrantsPosition['next'] = from.byType ? from.next : consentTypes.map(() => '');
  try {
    for await (const page of grantPages(context, { filters, starts: next })) {
      next = next.map((link, partition) => (partition === page.partition ? linkAfter(context, page) : link));
      yield { grants: grantsIn(context, page.items, page.call), position: { ...from, byType: true, next } };
    }
    return true;
  } catch (error) {
    if (isRefusedFilter(error)) return false;
    throw error;
  }
}

function grantPages(
  { graph, send, signal, withIds }: GrantsContext,
  parts: Pick<Listing, 'filters' | 'starts'>,
): AsyncGenerator<RawPage, void, undefined> {
  const path = `/oauth2PermissionGrants?${columns}${withIds ? ',id' : ''}&$top=999`;
  return pagesOf({ graph, send, path, signal, urgent: true, ...parts });
}

/** As path and query: a stored address must not receive a token. */
function linkAfter({ graph }: ReadContext, { next }: RawPage): string | null {
  return next === undefined ? null : pathOf(graph, next);
}

/** @throws GraphCallError `graph-malformed` */
function grantsIn({ withIds }: GrantsContext, items: readonly unknown[], call: CallFacts): readonly PermissionGrant[] {
  const parsed = (withIds ? listedPage : page).safeParse(items);
  if (!parsed.success) throw malformed(call, 'a permission grant with undocumented values');
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
