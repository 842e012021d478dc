import type { Log } from '../directory/audit-logs.js';
import type { TenantState } from '../directory/tenant-state.js';
import type { PageFault } from '../faults/fault.js';
import { type Answer, jsonAnswer } from '../protocol/answer.js';
import { badRequest, GraphError } from '../protocol/graph-error.js';
import type { GraphRequest } from '../protocol/graph-request.js';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json.js';
import { metadata, nextLink } from '../protocol/odata.js';
import { matchesFilter } from './filter.js';
import { type FilterNode, parseODataFilter } from './parse-odata-filter.js';

/** The properties that a filter may name. Source: Graph, signIn and directoryAudit resource types; list directoryAudits. */
const filterable = {
  signIns: /^(createdDateTime|appId|status\/errorCode|userId|userPrincipalName|resourceId)$/,
  directoryAudits:
    /^(activityDateTime|activityDisplayName|loggedByService|correlationId|initiatedBy\/(user|app)\/\w+|targetResources)$/,
} as const;

/**
 * `GET /auditLogs/signIns`, the newest first.
 * Source: "List signIns": `$filter`, `$top` up to 1,000; 403 in a tenant without Entra ID P1.
 */
export function listSignIns(state: TenantState, request: GraphRequest, fault?: PageFault): Answer {
  if (state.tenant.premium === false)
    throw new GraphError(
      403,
      'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
      'Neither tenant is B2C or tenant does not have premium license',
    );
  return listLog(state, request, 'signIns', fault);
}

/** `GET /auditLogs/directoryAudits`, the newest first. It needs no license. Source: "List directoryAudits". */
export function listDirectoryAudits(state: TenantState, request: GraphRequest, fault?: PageFault): Answer {
  return listLog(state, request, 'directoryAudits', fault);
}

function listLog(
  state: TenantState,
  request: GraphRequest,
  name: 'signIns' | 'directoryAudits',
  fault: PageFault | undefined,
): Answer {
  const { query, path, rawQuery } = request;
  const filter = query.has('$filter') ? parseODataFilter(query.get('$filter') ?? '') : undefined;
  if (filter) checkProperties(filter, filterable[name]);
  const listing = `${name}?${query.get('$filter') ?? ''}`;
  const token = query.get('$skiptoken');
  const start = token === null ? 0 : state.tokens.open(listing, token);
  const page = pageFrom(state.auditLogs[name], start, topOf(query), filter);
  const { value, next } = faulty(page, start, fault);
  const link = next !== undefined && { '@odata.nextLink': nextLink(path, rawQuery, state.tokens.seal(listing, next)) };
  return jsonAnswer(200, { '@odata.context': `${metadata}auditLogs/${name}`, ...link, value });
}

interface LogPage {
  readonly value: JsonObject[];
  /** The index of the entry after the page; undefined on the last page. */
  readonly next: number | undefined;
}

/** Reads entries until the page is full: a page costs as much as the entries that it passes. */
function pageFrom(log: Log, start: number, top: number, filter: FilterNode | undefined): LogPage {
  const value: JsonObject[] = [];
  const skipsGenerated = log.generated && filter && !canMatchCode(filter, log.generated.errorCode);
  const end = skipsGenerated ? log.generated.from : log.count;
  for (let index = start; index < end; index++) {
    const entry = log.entry(index);
    if (filter && !matchesFilter(filter, (property) => propertyOf(entry, property))) continue;
    if (value.length === top) return { value, next: index };
    value.push(entry);
  }
  return { value, next: undefined };
}

/** Whether a filter can match an entry with this code, so that a filter for other codes does not pass a million entries. */
function canMatchCode(node: FilterNode, code: number): boolean {
  if (node.kind === 'and') return canMatchCode(node.left, code) && canMatchCode(node.right, code);
  if (node.kind === 'or') return canMatchCode(node.left, code) || canMatchCode(node.right, code);
  if (node.kind === 'compare' && node.property === 'status/errorCode') return matchesFilter(node, () => code);
  return true;
}

function faulty(page: LogPage, start: number, fault: PageFault | undefined): LogPage {
  switch (fault?.kind) {
    case 'no-next-link':
      return { ...page, next: undefined };
    case 'empty-page':
      return { value: [], next: start };
    case 'empty-page-skip':
      return { ...page, value: [] };
    case 'loop':
      return { ...page, next: 0 };
    default:
      return page;
  }
}

/** `status/errorCode` is a member of a member. */
function propertyOf(entry: JsonObject, property: string): JsonValue {
  return property
    .split('/')
    .reduce<JsonValue>((value, name) => (isObject(value) ? (value[name] ?? null) : null), entry);
}

function checkProperties(node: FilterNode, known: RegExp): void {
  if (node.kind === 'compare') {
    if (!known.test(node.property)) throw badRequest(`Invalid filter clause: ${node.property}`);
  } else if (node.kind === 'not') checkProperties(node.of, known);
  else for (const side of [node.left, node.right]) checkProperties(side, known);
}

function topOf(query: URLSearchParams): number {
  const top = Number(query.get('$top') ?? 1_000);
  if (!Number.isInteger(top) || top < 1 || top > 1_000) throw badRequest(`Invalid page size specified: '${top}'.`);
  return top;
}
