import type { ChangeJournal, RecordedChange } from '../directory/change-journal.js';
import type { ObjectCollection } from '../directory/object-collection.js';
import type { TenantState } from '../directory/tenant-state.js';
import type { PageFault } from '../faults/fault.js';
import { type Answer, jsonAnswer } from '../protocol/answer.js';
import { badRequest, syncStateNotFound } from '../protocol/graph-error.js';
import type { GraphRequest } from '../protocol/graph-request.js';
import type { JsonObject } from '../protocol/json.js';
import { graphRoot, metadata } from '../protocol/odata.js';
import { contextName, parseSelect, project, reshaped } from '../schema/projection.js';
import { ListedPositions } from './listed-positions.js';

/** The objects of one page. */
const pageSize = 100;
/** Milliseconds. Source: "Use delta query to track changes in Microsoft Graph data": seven days for directory objects. */
const tokenLifetime = 7 * 86_400_000;

/** What a delta token and a page token of a delta contain. */
interface DeltaToken {
  readonly properties: readonly string[] | undefined;
  /** The number of changes that the client knows; undefined in the first round, which lists all objects. */
  readonly since: number | undefined;
  /** The number of changes after which the round ends; undefined in a delta link. */
  readonly until?: number;
  /** The place of the next page in the round. */
  readonly from: number;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
}

/** The parts of the tenant's state that a delta uses. */
export type DeltaState = Pick<TenantState, 'directory' | 'tokens' | 'clock' | 'keysInDelta' | 'deltaProperties'>;

/** A collection whose changes a delta returns. */
export interface DeltaSource {
  readonly name: string;
  /** The number of changes that reads show. */
  readonly shownChanges: number;
  readonly journal: ChangeJournal;
  /** @throws GraphError 400 for a property that the collection does not have */
  parseSelect(select: string | null): readonly string[] | undefined;
  /** The first position of an object from a position on; undefined at the end. */
  next(from: number): number | undefined;
  visible(position: number): JsonObject | undefined;
  /** The selected properties of an object, with its id. */
  shown(object: JsonObject, properties: readonly string[] | undefined): JsonObject;
  /** Whether a change of the property alone makes an object appear. */
  tracks(property: string): boolean;
}

/** The source of `/applications/delta` and `/servicePrincipals/delta`. */
export function objectsSource(collection: ObjectCollection, { keysInDelta }: DeltaState): DeltaSource {
  const positions = new ListedPositions(collection, undefined);
  return {
    name: collection.name,
    shownChanges: collection.shownChanges,
    journal: collection.journal,
    parseSelect: (select) => parseSelect(collection.name, select),
    next: (from) => positions.from(from),
    visible: (position) => collection.visible(position),
    shown: (object, properties) => {
      const projected = project(collection.name, object, { properties, keys: 'none' });
      const { keyCredentials, ...rest } = reshaped(collection, object, projected);
      const keys = keysInDelta && keyCredentials !== undefined && { keyCredentials };
      return { id: object.id ?? null, ...rest, ...keys };
    },
    tracks: (property) => property !== 'keyCredentials' || keysInDelta === true,
  };
}

/**
 * `GET /applications/delta`, `/servicePrincipals/delta` and `/oauth2PermissionGrants/delta`. The first round lists all objects;
 * `$deltatoken=latest` skips it. A later round has the objects with changes of selected properties, in no particular order, and
 * `@removed` for deleted ones. Whether a delta contains `keyCredentials`, and whether it tracks them, is not documented:
 * `keysInDelta` decides.
 * Source: "application: delta", "oauth2permissiongrant: delta", "Use delta query to track changes in Microsoft Graph data".
 */
export function answerDelta(
  source: DeltaSource,
  request: GraphRequest,
  state: DeltaState,
  pageFault: PageFault | undefined,
): Answer {
  const round = roundOf(source, request, state);
  const { since, until, from } = round;
  const isEmpty = pageFault?.kind === 'empty-page';
  const { value, next } =
    since === undefined
      ? listedPage(source, round)
      : changedPage(source, { ...round, since: pageFault?.kind === 'delta-replay' ? 0 : since }, state, pageFault);
  const link = (name: string, token: DeltaToken) =>
    `${graphRoot}/${source.name}/delta?${name}=${state.tokens.sealText(listingOf(source), JSON.stringify(token))}`;
  const issuedAt = state.clock.now();
  const nextFrom = isEmpty ? from : next;
  return jsonAnswer(200, {
    '@odata.context': `${metadata}${contextName(source.name, round.properties)}`,
    ...(nextFrom === undefined
      ? { '@odata.deltaLink': link('$deltatoken', { properties: round.properties, since: until, from: 0, issuedAt }) }
      : { '@odata.nextLink': link('$skiptoken', { ...round, from: nextFrom, issuedAt }) }),
    value: isEmpty ? [] : value,
  });
}

type Round = DeltaToken & { readonly until: number };

/** @throws GraphError 400 for an expired token, and for query options beside a token */
function roundOf(source: DeltaSource, { query }: GraphRequest, { tokens, clock }: DeltaState): Round {
  const token = query.get('$deltatoken') ?? query.get('$skiptoken');
  const until = source.shownChanges;
  if (token !== null && token !== 'latest') {
    if (query.size > 1) throw badRequest('Query options other than the token are not supported in this request.');
    const opened = JSON.parse(tokens.openText(listingOf(source), token)) as DeltaToken;
    if (clock.now() - opened.issuedAt > tokenLifetime) throw syncStateNotFound();
    return { until, ...opened };
  }
  const properties = source.parseSelect(query.get('$select'));
  return { properties, since: token === 'latest' ? until : undefined, until, from: 0, issuedAt: clock.now() };
}

const listingOf = ({ name }: DeltaSource) => `${name}/delta`;

interface DeltaPage {
  readonly value: JsonObject[];
  readonly next: number | undefined;
}

function listedPage(source: DeltaSource, { properties, from }: Round): DeltaPage {
  const value: JsonObject[] = [];
  let at = source.next(from);
  for (; at !== undefined && value.length < pageSize; at = source.next(at + 1)) {
    const object = source.visible(at);
    if (object) value.push(source.shown(object, properties));
  }
  return { value, next: at };
}

function changedPage(
  source: DeltaSource,
  { properties, since = 0, until, from }: Round,
  state: DeltaState,
  pageFault: PageFault | undefined,
): DeltaPage {
  const changed = new Map<number, RecordedChange[]>();
  for (const change of source.journal.between(since, until)) {
    if (!surfaces(change, properties, source)) continue;
    changed.set(change.position, [...(changed.get(change.position) ?? []), change]);
  }
  // No order is guaranteed. The reverse order finds clients that rely on one.
  const all = [...changed].reverse();
  const page = all.slice(from, from + pageSize).map(([position, changes]) => {
    const current = source.visible(position);
    return current
      ? entryOf(source, current, { properties, changes }, state)
      : removedEntry(changes[0]?.id ?? '', state);
  });
  const before = (_: JsonObject, at: number) => {
    const changes = all[from + at]?.[1] ?? [];
    const earlier = changes.at(-1)?.before;
    return earlier ? [entryOf(source, earlier, { properties, changes }, state)] : [];
  };
  const value = pageFault?.kind === 'delta-repeat' ? [...page, ...page.flatMap(before)] : page;
  return { value, next: from + pageSize < all.length ? from + pageSize : undefined };
}

/** With `$select`, only changes of selected properties surface. */
function surfaces(
  { properties: changed }: RecordedChange,
  selected: readonly string[] | undefined,
  source: DeltaSource,
): boolean {
  if (!changed) return true;
  return changed.some((name) => (!selected || selected.includes(name)) && source.tracks(name));
}

function entryOf(
  source: DeltaSource,
  object: JsonObject,
  { properties, changes }: { properties: readonly string[] | undefined; changes: readonly RecordedChange[] },
  state: DeltaState,
): JsonObject {
  const whole = source.shown(object, properties);
  const isWhole = state.deltaProperties === 'selected' || changes.some((change) => !change.properties);
  if (isWhole) return whole;
  const names = new Set(['id', ...changes.flatMap((change) => change.properties ?? [])]);
  return Object.fromEntries(Object.entries(whole).filter(([name]) => names.has(name)));
}

/** Source: "Use delta query to track changes": `changed` for an object that can be restored, `deleted` for any other. */
function removedEntry(id: string, { directory }: DeltaState): JsonObject {
  return { id, '@removed': { reason: directory.deletedItems.find(id) ? 'changed' : 'deleted' } };
}
