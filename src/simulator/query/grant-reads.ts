import { type ObjectName, positionNamed } from '../directory/object-name.js';
import type { TenantState } from '../directory/tenant-state.js';
import type { PageFault } from '../faults/fault.js';
import { type Answer, jsonAnswer, jsonContentType } from '../protocol/answer.js';
import { badRequest, notFound } from '../protocol/graph-error.js';
import type { GraphRequest } from '../protocol/graph-request.js';
import { type JsonObject, objectsOf } from '../protocol/json.js';
import { metadata, nextLink } from '../protocol/odata.js';
import { PageBytes } from '../protocol/page-bytes.js';
import type { DeltaSource } from './delta-reads.js';
import { matchesFilter } from './filter.js';
import { pageRange } from './page-range.js';
import { type FilterNode, parseODataFilter } from './parse-odata-filter.js';

/**
 * `GET /oauth2PermissionGrants`: first the tenant's own grants, then the generated ones.
 * Source: "List oauth2PermissionGrants": `$filter` on clientId, resourceId, principalId and consentType.
 */
export function listGrants(state: TenantState, request: GraphRequest, fault?: PageFault): Answer {
  const { query } = request;
  const filter = query.has('$filter') ? parseODataFilter(query.get('$filter') ?? '') : undefined;
  const select = query.get('$select')?.split(',');
  const own = filter ? matching(state, filter) : state.directory.grants;
  const consentType = filter && consentTypeIn(filter);
  const generated = filter && !consentType ? undefined : state.filler?.grants?.range(consentType, select);
  const listing = `oauth2PermissionGrants?${query.get('$filter') ?? ''}`;
  const token = query.get('$skiptoken');
  const start = token === null ? 0 : state.tokens.open(listing, token);
  const count = own.length + (generated?.count ?? 0);
  const { from, to, next } = pageRange({ start, top: topOf(query), count }, fault);
  const page = new PageBytes(Buffer.alloc(1 << 12));
  for (let position = from; position < to; position++) {
    if (position > from) page.text(',');
    const grant = own[position];
    if (grant) page.text(JSON.stringify(selected(grant, select)));
    else generated?.write(page, position - own.length);
  }
  const link = next !== undefined && linkTo(request, state.tokens.seal(listing, next));
  const head = JSON.stringify({ '@odata.context': `${metadata}oauth2PermissionGrants`, ...link }).slice(0, -1);
  const body = [Buffer.from(`${head},"value":[`), page.written(), Buffer.from(']}')];
  return { status: 200, headers: { 'Content-Type': jsonContentType }, body };
}

/** `GET /oauth2PermissionGrants/{id}`. @throws GraphError 404 */
export function readGrant({ directory, filler }: TenantState, { query }: GraphRequest, name: string): Answer {
  const id = decodeURIComponent(name);
  const client = /^grant-([0-9a-f-]{36})/i.exec(id)?.[1];
  const known = [...directory.grants, ...(client === undefined ? [] : (filler?.grants?.of(client) ?? []))];
  const grant = known.find((one) => one.id === id);
  if (!grant) throw notFound(id);
  const context = `${metadata}oauth2PermissionGrants/$entity`;
  return jsonAnswer(200, { '@odata.context': context, ...selected(grant, query.get('$select')?.split(',')) });
}

/** The source of `/oauth2PermissionGrants/delta`: the tenant's own grants, then the generated ones. */
export function grantsSource({
  directory,
  filler,
  grantScopesInDelta,
}: Pick<TenantState, 'directory' | 'filler' | 'grantScopesInDelta'>): DeltaSource {
  const { grantChanges } = directory;
  const shownChanges = grantChanges.count;
  const generated = filler?.grants?.range(undefined, undefined);
  const size = grantChanges.size + (generated?.count ?? 0);
  const generatedAt = (position: number): JsonObject => {
    const page = new PageBytes(Buffer.alloc(1 << 12));
    generated?.write(page, position);
    return JSON.parse(page.written().toString());
  };
  const visible = (position: number) =>
    position < grantChanges.size ? grantChanges.visible(position) : generatedAt(position - grantChanges.size);
  return {
    name: 'oauth2PermissionGrants',
    shownChanges,
    journal: grantChanges.journal,
    parseSelect: (select) => select?.split(','),
    next: (from) => {
      for (let position = from; position < size; position++)
        if (position >= grantChanges.size || grantChanges.visible(position)) return position;
      return undefined;
    },
    visible,
    shown: (grant, properties) => ({ id: grant.id ?? null, ...selected(grant, properties) }),
    tracks: (property) => property !== 'scope' || grantScopesInDelta,
  };
}

/** A filter by client also finds the generated grants of that client. */
function matching({ directory, filler }: TenantState, filter: FilterNode): JsonObject[] {
  const client = clientIn(filter);
  const generated = client === undefined ? [] : (filler?.grants?.of(client) ?? []);
  return [...directory.grants, ...generated].filter((grant) =>
    matchesFilter(filter, (property) => grant[property] ?? null),
  );
}

function clientIn(filter: FilterNode): string | undefined {
  if (filter.kind === 'and') return clientIn(filter.left) ?? clientIn(filter.right);
  return comparedValue(filter, 'clientId');
}

/** The consent type of a filter by consent type alone. */
function consentTypeIn(filter: FilterNode): string | undefined {
  return comparedValue(filter, 'consentType');
}

function comparedValue(filter: FilterNode, property: string): string | undefined {
  if (filter.kind !== 'compare' || filter.property !== property || filter.operator !== 'eq') return undefined;
  return String(filter.values[0]);
}

/** `GET /servicePrincipals/{id}/appRoleAssignedTo`: the assignments to the app. */
export function listAppRoleAssignedTo(
  state: TenantState,
  request: GraphRequest,
  name: ObjectName,
  fault?: PageFault,
): Answer {
  return listAssignments(state, request, name, 'resourceId', fault);
}

/** `GET /servicePrincipals/{id}/appRoleAssignments`: the assignments that the service principal holds. */
export function listAppRoleAssignments(
  state: TenantState,
  request: GraphRequest,
  name: ObjectName,
  fault?: PageFault,
): Answer {
  return listAssignments(state, request, name, 'principalId', fault);
}

function listAssignments(
  state: TenantState,
  request: GraphRequest,
  name: ObjectName,
  member: 'resourceId' | 'principalId',
  fault: PageFault | undefined,
): Answer {
  const principal = visiblePrincipal(state, name);
  const all = state.directory.appRoleAssignments.filter((assignment) => assignment[member] === principal.id);
  return pageOf(state, request, all, 'appRoleAssignments', fault);
}

/**
 * `GET /users/{id}/appRoleAssignments`: the assignments of the user and of groups that the user is a direct member of.
 * Source: "List appRoleAssignments granted to a user": `$filter` on resourceId, a GUID without quotes.
 */
export function listUserAssignments(state: TenantState, request: GraphRequest, name: string): Answer {
  const user = userNamed(state, name);
  const [, resourceId] = /^resourceId eq ([0-9a-f-]{36})$/i.exec(request.query.get('$filter') ?? '') ?? [];
  if (request.query.has('$filter') && !resourceId) throw badRequest('Invalid filter clause.');
  const holders = new Set([user, ...groupsOf(state, user)]);
  const all = state.directory.appRoleAssignments.filter(
    (one) => holders.has(String(one.principalId)) && (!resourceId || one.resourceId === resourceId),
  );
  return pageOf(state, request, all, 'appRoleAssignments');
}

/** `GET /users/{id}/memberOf` and `/users/{id}/transitiveMemberOf`. */
export function listMemberships(
  state: TenantState,
  request: GraphRequest,
  name: string,
  isTransitive: boolean,
): Answer {
  const groups = new Set(groupsOf(state, userNamed(state, name)));
  if (isTransitive) for (const group of groups) for (const parent of groupsOf(state, group)) groups.add(parent);
  const objects = [...groups].map((id) => ({ '@odata.type': '#microsoft.graph.group', id }));
  return pageOf(state, request, objects, 'directoryObjects');
}

function groupsOf({ tenant }: TenantState, memberId: string): string[] {
  return (tenant.groupMembers ?? []).filter((one) => one.memberId === memberId).map(({ groupId }) => groupId);
}

function userNamed({ tenant }: TenantState, name: string): string {
  const requested = decodeURIComponent(name).toLowerCase();
  const user = (tenant.users ?? []).find(({ id, userPrincipalName }) =>
    [id, userPrincipalName].some((known) => String(known).toLowerCase() === requested),
  );
  if (!user) throw notFound(name);
  return String(user.id);
}

/** `GET /servicePrincipals/{id}/delegatedPermissionClassifications`: the object's property of that name. */
export function listClassifications(
  state: TenantState,
  request: GraphRequest,
  name: ObjectName,
  fault?: PageFault,
): Answer {
  const classified = objectsOf(visiblePrincipal(state, name).delegatedPermissionClassifications);
  return pageOf(state, request, classified, 'delegatedPermissionClassifications', fault);
}

/** Graph answers 404 for the lists of a service principal that does not exist. */
function visiblePrincipal({ directory }: TenantState, name: ObjectName): JsonObject {
  const principal = directory.collection('servicePrincipals').visible(positionNamed(directory, name));
  if (!principal) throw notFound(name.id ?? name.appId ?? '');
  return principal;
}

function pageOf(
  state: TenantState,
  request: GraphRequest,
  all: readonly JsonObject[],
  name: string,
  fault?: PageFault,
): Answer {
  const { query, path } = request;
  const select = query.get('$select')?.split(',');
  const token = query.get('$skiptoken');
  const start = token === null ? 0 : state.tokens.open(path, token);
  const { from, to, next } = pageRange({ start, top: topOf(query), count: all.length }, fault);
  return jsonAnswer(200, {
    '@odata.context': `${metadata}${name}`,
    ...(next !== undefined && linkTo(request, state.tokens.seal(path, next))),
    value: all.slice(from, to).map((object) => selected(object, select)),
  });
}

function selected(object: JsonObject, select: readonly string[] | undefined): JsonObject {
  return select ? Object.fromEntries(select.map((name) => [name, object[name] ?? null])) : object;
}

/** The page size: 100 by default, at most 999. Source: "Paging Microsoft Graph data". */
function topOf(query: URLSearchParams): number {
  const top = Number(query.get('$top') ?? 100);
  if (!Number.isInteger(top) || top < 1 || top > 999) throw badRequest(`Invalid page size specified: '${top}'.`);
  return top;
}

function linkTo({ path, rawQuery }: GraphRequest, token: string) {
  return { '@odata.nextLink': nextLink(path, rawQuery, token) };
}
