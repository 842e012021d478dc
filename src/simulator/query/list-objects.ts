import type { ObjectCollection } from '../directory/object-collection.js';
import type { PageFault } from '../faults/fault.js';
import { type Answer, jsonContentType, textAnswer } from '../protocol/answer.js';
import { badRequest } from '../protocol/graph-error.js';
import type { GraphRequest } from '../protocol/graph-request.js';
import type { JsonObject, JsonValue } from '../protocol/json.js';
import { metadata, nextLink } from '../protocol/odata.js';
import { type PageBytes, PagePool } from '../protocol/page-bytes.js';
import type { PageTokens } from '../protocol/page-tokens.js';
import { contextName, type Projection, project, reshaped, shownKeys } from '../schema/projection.js';
import { checkFilter } from './check-filter.js';
import { isEventual, type ListQuery, parseListQuery } from './list-query.js';
import { ListedPositions } from './listed-positions.js';
import { parseODataFilter } from './parse-odata-filter.js';

/** The parts of the tenant's state that a listing uses. */
export interface ListingSettings {
  readonly tokens: PageTokens;
  readonly keysInLists: boolean;
}

const pool = new PagePool();

/**
 * Answers one page. The page token holds a position. Positions are permanent, so deletions and additions between two
 * pages neither hide nor repeat another object. Source: "Paging Microsoft Graph data" for the form of the answer.
 * @param pageFault a fault to apply to this page
 */
export function listObjects(
  collection: ObjectCollection,
  request: GraphRequest,
  settings: ListingSettings,
  pageFault: PageFault | undefined,
): Answer {
  const query = parseListQuery(collection.name, request);
  const start = query.skipToken === undefined ? 0 : settings.tokens.open(query.listing, query.skipToken);
  const positions = new ListedPositions(collection, query.filter);
  const keys = shownKeys('list', query.properties, settings.keysInLists);
  const page = new ListedPage(collection, { properties: query.properties, keys }, positions);
  if (pageFault?.kind === 'repeat-object') page.add(positions.from(0), pageFault.patch);
  const isEmpty = pageFault?.kind === 'empty-page' || pageFault?.kind === 'empty-page-skip';
  const end = fill(isEmpty ? undefined : page, positions, start, query.top);
  const next = nextOf(pageFault, { start, end, skipped: () => fill(undefined, positions, end, query.top) });
  return answerOf(page.bytes, headOf(collection, query, request, settings.tokens, positions, next));
}

/** The position at which the next page begins; undefined for no next link. */
function nextOf(
  pageFault: PageFault | undefined,
  { start, end, skipped }: { start: number; end: number | undefined; skipped: () => number | undefined },
): number | undefined {
  switch (pageFault?.kind) {
    case 'empty-page':
      return start;
    case 'no-next-link':
      return undefined;
    case 'skip-page':
      return end === undefined ? undefined : skipped();
    case 'loop':
      return 0;
    default:
      return end;
  }
}

/**
 * Adds up to `top` objects to the page; without a page, omits them. Returns the position of the next object, or
 * undefined at the end.
 */
function fill(
  page: ListedPage | undefined,
  positions: ListedPositions,
  start: number | undefined,
  top: number,
): number | undefined {
  let position = start === undefined ? undefined : positions.from(start);
  for (let taken = 0; position !== undefined && taken < top; taken++) {
    page?.add(position);
    position = positions.from(position + 1);
  }
  return position;
}

/** The JSON text of the objects on one page. */
class ListedPage {
  readonly bytes: PageBytes = pool.take();
  readonly #templates;

  constructor(
    private readonly collection: ObjectCollection,
    private readonly selection: Projection,
    private readonly positions: ListedPositions,
  ) {
    this.#templates = collection.filler?.templates(selection) ?? [];
  }

  add(position: number | undefined, patch: JsonObject = {}): void {
    const shown = position === undefined ? undefined : this.positions.shown(position);
    if (shown === undefined) return;
    if (this.bytes.length > 0) this.bytes.text(',');
    if (typeof shown === 'number') this.collection.filler?.write(this.bytes, shown, this.#templates);
    else this.bytes.text(JSON.stringify(this.#shown({ ...shown, ...patch })));
  }

  #shown(object: JsonObject): JsonObject {
    return reshaped(this.collection, object, project(this.collection.name, object, this.selection));
  }
}

/** The members before `value`. The count is on the first page only. */
function headOf(
  collection: ObjectCollection,
  query: ListQuery,
  request: GraphRequest,
  tokens: PageTokens,
  positions: ListedPositions,
  next: number | undefined,
): string {
  const members: Record<string, JsonValue> = {
    '@odata.context': metadata + contextName(collection.name, query.properties),
  };
  if (query.counted && query.skipToken === undefined) members['@odata.count'] = positions.count();
  if (next !== undefined)
    members['@odata.nextLink'] = nextLink(`/${collection.name}`, request.rawQuery, tokens.seal(query.listing, next));
  return `${JSON.stringify(members).slice(0, -1)},"value":[`;
}

function answerOf(page: PageBytes, head: string): Answer {
  const body = [Buffer.from(head), page.written(), Buffer.from(']}')];
  return { status: 200, headers: { 'Content-Type': jsonContentType }, body, release: () => pool.give(page) };
}

/**
 * `/applications/$count` and `/servicePrincipals/$count`.
 * @throws GraphError 400 without `ConsistencyLevel: eventual`. Source: "Advanced query capabilities", error table
 */
export function countObjects(collection: ObjectCollection, request: GraphRequest): Answer {
  if (!isEventual(request)) throw badRequest('$count is not currently supported.');
  const text = request.query.get('$filter');
  const filter = text === null ? undefined : parseODataFilter(text);
  if (filter) checkFilter(collection.name, filter, true);
  return textAnswer(String(new ListedPositions(collection, filter).count()));
}
