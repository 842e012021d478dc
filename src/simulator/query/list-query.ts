import { badRequest, notSimulated, unsupportedQuery } from '../protocol/graph-error.js';
import type { GraphRequest } from '../protocol/graph-request.js';
import { parseSelect } from '../schema/projection.js';
import type { CollectionName } from '../schema/tenant.js';
import { checkFilter } from './check-filter.js';
import { type FilterNode, parseODataFilter } from './parse-odata-filter.js';

/** The default and the largest page. Source: Graph, list applications and list servicePrincipals. */
const defaultTop = 100;
const maxTop = 999;
const known = new Set(['$select', '$top', '$count', '$filter', '$skiptoken', '$orderby', '$search', '$expand']);

/** A listing as asked for. */
export interface ListQuery {
  readonly properties: readonly string[] | undefined;
  readonly top: number;
  readonly filter: FilterNode | undefined;
  /** The answer tells how many there are: asked for, and not silently ignored. */
  readonly counted: boolean;
  readonly skipToken: string | undefined;
  /** What is listed and how, without the token. */
  readonly listing: string;
}

/**
 * Reads the query options of a listing.
 * @throws GraphError 400 for options Graph refuses, 501 for options the simulator does not play
 */
export function parseListQuery(collection: CollectionName, request: GraphRequest): ListQuery {
  const { query } = request;
  refuseOptions(request);
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

/** Source: "Advanced query capabilities": without the header `$count=true` is silently ignored. */
export function isEventual(request: GraphRequest): boolean {
  return request.header('consistencylevel')?.toLowerCase() === 'eventual';
}

function refuseOptions({ query }: GraphRequest): void {
  for (const name of query.keys())
    if (name.startsWith('$') && !known.has(name)) throw badRequest(`Unrecognized query parameter '${name}'.`);
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
