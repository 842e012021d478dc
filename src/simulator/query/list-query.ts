import { badRequest, notSimulated, unsupportedQuery } from '../protocol/graph-error.js';
import type { GraphRequest } from '../protocol/graph-request.js';
import { parseSelect } from '../schema/projection.js';
import type { CollectionName } from '../schema/tenant.js';
import { checkFilter } from './check-filter.js';
import { type FilterNode, parseODataFilter } from './parse-odata-filter.js';

/** The page size. Source: "List applications" and "List servicePrincipals". */
const defaultTop = 100;
const maxTop = 999;
const knownOptions = new Set(['$select', '$top', '$count', '$filter', '$skiptoken', '$orderby', '$search', '$expand']);

/** The query options of a listing. */
export interface ListQuery {
  readonly properties: readonly string[] | undefined;
  readonly top: number;
  readonly filter: FilterNode | undefined;
  /** The answer has `@odata.count`: the client requests it, and Graph does not ignore the request. */
  readonly counted: boolean;
  readonly skipToken: string | undefined;
  /** Collection and filter, which a page token is bound to. */
  readonly listing: string;
}

/**
 * Parses the query options of a listing.
 * @throws GraphError 400 for options that Graph rejects, 501 for options that the simulator does not support
 */
export function parseListQuery(collection: CollectionName, request: GraphRequest): ListQuery {
  const { query } = request;
  rejectOptions(request);
  const advanced = isEventual(request) && query.get('$count') === 'true';
  const filter = query.has('$filter') ? parseODataFilter(query.get('$filter') ?? '') : undefined;
  if (filter) checkFilter(collection, filter, advanced);
  return {
    properties: parseSelect(collection, query.get('$select')),
    top: parseTop(query.get('$top')),
    filter,
    counted: advanced,
    skipToken: query.get('$skiptoken') ?? undefined,
    listing: `${collection}?${query.get('$filter') ?? ''}`,
  };
}

/** Source: "Advanced query capabilities": without the header Graph silently ignores `$count=true`. */
export function isEventual(request: GraphRequest): boolean {
  return request.header('consistencylevel')?.toLowerCase() === 'eventual';
}

function rejectOptions({ query }: GraphRequest): void {
  for (const name of query.keys())
    if (name.startsWith('$') && !knownOptions.has(name)) throw badRequest(`Unrecognized query parameter '${name}'.`);
  if (query.has('$orderby') && query.get('$count') !== 'true')
    throw unsupportedQuery('Sorting not supported for current query.');
  for (const name of ['$orderby', '$search', '$expand'])
    if (query.has(name)) throw notSimulated(`${name} on a listing`);
}

function parseTop(text: string | null): number {
  if (text === null) return defaultTop;
  const top = Number(text);
  if (!/^\d+$/.test(text) || top < 1 || top > maxTop)
    throw badRequest(`Invalid page size specified: '${text}'. Must be between 1 and ${maxTop} inclusive.`);
  return top;
}
