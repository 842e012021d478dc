import type { ObjectCollection } from '../directory/object-collection.js';
import type { PageFault } from '../faults/fault.js';
import { type Answer, jsonContentType, textAnswer } from '../protocol/answer.js';
import { badRequest } from '../protocol/graph-error.js';
import type { GraphRequest } from '../protocol/graph-request.js';
import type { JsonValue } from '../protocol/json.js';
import { type PageBytes, PagePool } from '../protocol/page-bytes.js';
import type { PageTokens } from '../protocol/page-tokens.js';
import { contextOf, type Projection, project, shownKeys } from '../schema/projection.js';
import { checkFilter } from './check-filter.js';
import { candidatePositions, matchesFilter, type PropertyReader } from './filter.js';
import { isEventual, type ListQuery, parseListQuery } from './list-query.js';
import { type FilterNode, parseODataFilter } from './parse-odata-filter.js';

export interface ListingSettings {
  readonly tokens: PageTokens;
  readonly keysInLists: boolean;
}

const pool = new PagePool();

/**
 * Answers one page. The cursor is a position, which objects keep for ever, so that deletions and additions between two
 * pages neither hide nor repeat another object. Source: "Paging Microsoft Graph data" for the shape of the answer.
 */
export function listObjects(
  collection: ObjectCollection,
  request: GraphRequest,
  settings: ListingSettings,
  pageFault: PageFault | undefined,
): Answer {
  const query = parseListQuery(collection.name, request);
  const start = query.skipToken === undefined ? 0 : settings.tokens.open(query.listing, query.skipToken);
  const walk = new Walk(collection, query.filter);
  const page = new ListedPage(collection, {
    properties: query.properties,
    keys: shownKeys('list', query.properties, settings.keysInLists),
  });
  if (pageFault === 'repeat-object') page.add(walk.from(0));
  const next = pageFault === 'empty-page' ? start : fill(page, walk, start, query.top);
  return answerOf(page.bytes, headOf(collection, query, request, settings.tokens, walk, next));
}

/** Puts up to `top` objects on the page; the position of the one after them, or undefined at the end. */
function fill(page: ListedPage, walk: Walk, start: number, top: number): number | undefined {
  let position = walk.from(start);
  for (let taken = 0; position !== undefined && taken < top; taken++) {
    page.add(position);
    position = walk.from(position + 1);
  }
  return position;
}

/** Finds the positions that a listing shows. */
class Walk {
  readonly #among: readonly number[] | undefined;
  #read = 0;
  readonly #reader: PropertyReader;

  constructor(
    private readonly collection: ObjectCollection,
    private readonly filter: FilterNode | undefined,
  ) {
    this.#among = filter && candidatePositions(filter, collection);
    this.#reader = (property) => this.#property(property);
  }

  /** The first shown position from here on. */
  from(start: number): number | undefined {
    if (this.#among) return this.#among.find((position) => position >= start && this.#shows(position));
    for (let position = start; position < this.collection.size; position++) if (this.#shows(position)) return position;
    return undefined;
  }

  count(): number {
    if (!this.filter) return this.collection.count;
    let found = 0;
    for (let at = this.from(0); at !== undefined; at = this.from(at + 1)) found++;
    return found;
  }

  #shows(position: number): boolean {
    this.#read = position;
    return this.collection.shown(position) !== undefined && (!this.filter || matchesFilter(this.filter, this.#reader));
  }

  #property(property: string): JsonValue {
    const shown = this.collection.shown(this.#read);
    if (typeof shown === 'number') return this.collection.filler?.value(shown, property) ?? null;
    return shown?.[property] ?? null;
  }
}

/** The JSON text of the objects of one page. */
class ListedPage {
  readonly bytes: PageBytes = pool.take();
  readonly #templates;

  constructor(
    private readonly collection: ObjectCollection,
    private readonly selection: Projection,
  ) {
    this.#templates = collection.filler?.templates(selection) ?? [];
  }

  add(position: number | undefined): void {
    const shown = position === undefined ? undefined : this.collection.shown(position);
    if (shown === undefined) return;
    if (this.bytes.length > 0) this.bytes.text(',');
    if (typeof shown === 'number') this.collection.filler?.write(this.bytes, shown, this.#templates);
    else this.bytes.text(JSON.stringify(project(this.collection.name, shown, this.selection)));
  }
}

/** The members before `value`; the count is on the first page only. */
function headOf(
  collection: ObjectCollection,
  query: ListQuery,
  request: GraphRequest,
  tokens: PageTokens,
  walk: Walk,
  next: number | undefined,
): string {
  const members: Record<string, JsonValue> = { '@odata.context': contextOf(collection.name, query.properties) };
  if (query.counted && query.skipToken === undefined) members['@odata.count'] = walk.count();
  if (next !== undefined)
    members['@odata.nextLink'] = nextLink(collection.name, request.rawQuery, tokens.seal(query.listing, next));
  return `${JSON.stringify(members).slice(0, -1)},"value":[`;
}

/** Absolute on Graph's own host, whatever host was asked; carries the other options as they were sent. */
function nextLink(collection: string, rawQuery: string, token: string): string {
  const options = rawQuery.split('&').filter((option) => option && !/^(\$|%24)skiptoken=/i.test(option));
  return `https://graph.microsoft.com/v1.0/${collection}?${[...options, `$skiptoken=${token}`].join('&')}`;
}

function answerOf(page: PageBytes, head: string): Answer {
  const body = [Buffer.from(head), page.written(), Buffer.from(']}')];
  return { status: 200, headers: { 'Content-Type': jsonContentType }, body, release: () => pool.give(page) };
}

/**
 * `/applications/$count` and the like.
 * @throws GraphError 400 without `ConsistencyLevel: eventual`. Source: "Advanced query capabilities", error table
 */
export function countObjects(collection: ObjectCollection, request: GraphRequest): Answer {
  if (!isEventual(request)) throw badRequest('$count is not currently supported.');
  const text = request.query.get('$filter');
  const filter = text === null ? undefined : parseODataFilter(text);
  if (filter) checkFilter(collection.name, filter, true);
  return textAnswer(String(new Walk(collection, filter).count()));
}
