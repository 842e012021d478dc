import type { RecordedChange } from '../directory/change-journal.js';
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

/**
 * `GET /applications/delta` and `/servicePrincipals/delta`. The first round lists all objects; `$deltatoken=latest` skips it.
 * A later round has the objects with changes of selected properties, in no particular order, and `@removed` for deleted ones.
 * Whether a delta contains `keyCredentials`, and whether it tracks them, is not documented: `keysInDelta` decides.
 * Source: "application: delta", "Use delta query to track changes in Microsoft Graph data".
 */
export function answerDelta(
  collection: ObjectCollection,
  request: GraphRequest,
  state: DeltaState,
  pageFault: PageFault | undefined,
): Answer {
  const round = roundOf(collection, request, state);
  const { since, until, from } = round;
  const isEmpty = pageFault?.kind === 'empty-page';
  const { value, next } =
    since === undefined
      ? listedPage(collection, round, state)
      : changedPage(collection, { ...round, since: pageFault?.kind === 'delta-replay' ? 0 : since }, state, pageFault);
  const link = (name: string, token: DeltaToken) =>
    `${graphRoot}/${collection.name}/delta?${name}=${state.tokens.sealText(listingOf(collection), JSON.stringify(token))}`;
  const issuedAt = state.clock.now();
  const nextFrom = isEmpty ? from : next;
  return jsonAnswer(200, {
    '@odata.context': `${metadata}${contextName(collection.name, round.properties)}`,
    ...(nextFrom === undefined
      ? { '@odata.deltaLink': link('$deltatoken', { properties: round.properties, since: until, from: 0, issuedAt }) }
      : { '@odata.nextLink': link('$skiptoken', { ...round, from: nextFrom, issuedAt }) }),
    value: isEmpty ? [] : value,
  });
}

type Round = DeltaToken & { readonly until: number };

/** @throws GraphError 400 for an expired token, and for query options beside a token */
function roundOf(collection: ObjectCollection, { query }: GraphRequest, { tokens, clock }: DeltaState): Round {
  const token = query.get('$deltatoken') ?? query.get('$skiptoken');
  const until = collection.shownChanges;
  if (token !== null && token !== 'latest') {
    if (query.size > 1) throw badRequest('Query options other than the token are not supported in this request.');
    const opened = JSON.parse(tokens.openText(listingOf(collection), token)) as DeltaToken;
    if (clock.now() - opened.issuedAt > tokenLifetime) throw syncStateNotFound();
    return { until, ...opened };
  }
  const properties = parseSelect(collection.name, query.get('$select'));
  return { properties, since: token === 'latest' ? until : undefined, until, from: 0, issuedAt: clock.now() };
}

const listingOf = ({ name }: ObjectCollection) => `${name}/delta`;

interface DeltaPage {
  readonly value: JsonObject[];
  readonly next: number | undefined;
}

function listedPage(collection: ObjectCollection, { properties, from }: Round, state: DeltaState): DeltaPage {
  const positions = new ListedPositions(collection, undefined);
  const value: JsonObject[] = [];
  let at = positions.from(from);
  for (; at !== undefined && value.length < pageSize; at = positions.from(at + 1)) {
    const object = collection.visible(at);
    if (object) value.push(shown(collection, object, properties, state));
  }
  return { value, next: at };
}

function changedPage(
  collection: ObjectCollection,
  { properties, since = 0, until, from }: Round,
  state: DeltaState,
  pageFault: PageFault | undefined,
): DeltaPage {
  const changed = new Map<number, RecordedChange[]>();
  for (const change of collection.journal.between(since, until)) {
    if (!surfaces(change, properties, state)) continue;
    changed.set(change.position, [...(changed.get(change.position) ?? []), change]);
  }
  // No order is guaranteed. The reverse order finds clients that rely on one.
  const all = [...changed].reverse();
  const page = all.slice(from, from + pageSize).map(([position, changes]) => {
    const current = collection.visible(position);
    return current
      ? entryOf(collection, current, { properties, changes }, state)
      : removedEntry(changes[0]?.id ?? '', state);
  });
  const before = (_: JsonObject, at: number) => {
    const changes = all[from + at]?.[1] ?? [];
    const earlier = changes.at(-1)?.before;
    return earlier ? [entryOf(collection, earlier, { properties, changes }, state)] : [];
  };
  const value = pageFault?.kind === 'delta-repeat' ? [...page, ...page.flatMap(before)] : page;
  return { value, next: from + pageSize < all.length ? from + pageSize : undefined };
}

/** With `$select`, only changes of selected properties surface. */
function surfaces(
  { properties: changed }: RecordedChange,
  selected: readonly string[] | undefined,
  { keysInDelta }: DeltaState,
): boolean {
  if (!changed) return true;
  return changed.some(
    (name) => (!selected || selected.includes(name)) && (name !== 'keyCredentials' || keysInDelta === true),
  );
}

function entryOf(
  collection: ObjectCollection,
  object: JsonObject,
  { properties, changes }: { properties: readonly string[] | undefined; changes: readonly RecordedChange[] },
  state: DeltaState,
): JsonObject {
  const whole = shown(collection, object, properties, state);
  const isWhole = state.deltaProperties === 'selected' || changes.some((change) => !change.properties);
  if (isWhole) return whole;
  const names = new Set(['id', ...changes.flatMap((change) => change.properties ?? [])]);
  return Object.fromEntries(Object.entries(whole).filter(([name]) => names.has(name)));
}

/** Source: "Use delta query to track changes": `changed` for an object that can be restored, `deleted` for any other. */
function removedEntry(id: string, { directory }: DeltaState): JsonObject {
  return { id, '@removed': { reason: directory.deletedItems.find(id) ? 'changed' : 'deleted' } };
}

/** The object with its id, as a delta returns it. */
function shown(
  collection: ObjectCollection,
  object: JsonObject,
  properties: readonly string[] | undefined,
  { keysInDelta }: DeltaState,
): JsonObject {
  const projected = project(collection.name, object, { properties, keys: 'none' });
  const { keyCredentials, ...rest } = reshaped(collection, object, projected);
  const keys = keysInDelta && keyCredentials !== undefined && { keyCredentials };
  return { id: object.id ?? null, ...rest, ...keys };
}
