import type { Collection } from '../../model/entra/collection.js';
import type { Send } from '../http/send.js';
import { countObjects } from './count-objects.js';

/** The largest page that Graph returns. Source: Graph, list applications, list servicePrincipals. */
export const largestPage = 999;

const mostPartitions = 16;
const hexDigits = [...'0123456789abcdef'];
/** Below this number of pages per partition, the requests that only find the partitions cost more than they save. */
const pagesPerPartition = 4;
/** Entra ID has no older applications. */
const firstYear = 2012;
/** A partition that is larger than this multiple of an equal share is split again. */
const toleratedSize = 1.5;
const mostRounds = 3;

/**
 * The filters of partitions that together list a large collection once, and can be read at the same time. Objects
 * without an appId or a creation time are in none of them: compare the result with the number of objects.
 *
 * Source: Graph, resource servicePrincipal (`appId` supports `startsWith`), resource application (`createdDateTime`
 * supports `ge` and `le`). An appId is a random GUID, so its first digit divides the service principals evenly.
 * @param expected the number of objects
 * @returns undefined for a collection that one chain of pages reads as well, and if Graph does not count the partitions
 */
export async function partitionsOf(
  send: Send,
  collection: Collection,
  expected: number | undefined,
  now: string | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly string[] | undefined> {
  if (expected === undefined || expected < mostPartitions * largestPage) return undefined;
  if (collection === 'servicePrincipals') return hexDigits.map((digit) => `startswith(appId,'${digit}')`);
  if (now === undefined) return undefined;
  const partitions = Math.min(mostPartitions, Math.floor(expected / (largestPage * pagesPerPartition)));
  const countUpTo = (at: string) => countObjects(send, collection, signal, `createdDateTime le ${at}`);
  const boundaries = await findBoundaries(countUpTo, expected, partitions, now);
  return boundaries && rangesBetween(boundaries);
}

/**
 * The filter of the objects that no partition contains, for an advanced query: agent identities without an appId, and
 * applications without a creation time. Where Graph refuses the filter, or leaves some of them out, their ids show them.
 * Source: Graph, advanced queries: `not` of `startsWith` on `appId`, and of `ge` on `createdDateTime`.
 */
export function outsidePartitions(collection: Collection): string {
  if (collection === 'applications') return `not(createdDateTime ge ${isoTime(Date.UTC(1970, 0, 1))})`;
  return hexDigits.map((digit) => `not(startswith(appId,'${digit}'))`).join(' and ');
}

/** A point of the distribution of creation times: the number of objects that were created until then. */
interface Point {
  readonly at: number;
  readonly count: number;
}

/**
 * Times that divide the objects into partitions of similar size, found by counting: once per year, then at the estimated
 * boundaries until they are good enough.
 * @returns undefined if a count is unknown
 */
export async function findBoundaries(
  countUpTo: (at: string) => Promise<number | undefined>,
  expected: number,
  partitions: number,
  now: string,
): Promise<readonly string[] | undefined> {
  const lastYear = new Date(now).getUTCFullYear();
  let times = Array.from({ length: lastYear - firstYear + 1 }, (_, year) => Date.UTC(firstYear + year, 0, 1));
  let points: readonly Point[] = [
    { at: Date.UTC(firstYear - 1, 0, 1), count: 0 },
    { at: Date.parse(now), count: expected },
  ];
  for (let round = 1; ; round++) {
    const counted = await Promise.all(times.map(async (at) => ({ at, count: await countUpTo(isoTime(at)) })));
    const known = counted.filter((point): point is Point => point.count !== undefined);
    if (known.length < counted.length) return undefined;
    points = merged(points, known);
    times = quantiles(points, expected, partitions);
    const isEven = largestGap(points, times, expected) <= (toleratedSize * expected) / partitions;
    const news = times.filter((time) => !points.some(({ at }) => at === time));
    if (isEven || round === mostRounds || news.length === 0) return times.map(isoTime);
    times = news;
  }
}

/** In the order of time. Counts never decrease with time, also if objects are created or deleted between the requests. */
function merged(points: readonly Point[], more: readonly Point[]): Point[] {
  const sorted = [...points, ...more].sort((a, b) => a.at - b.at);
  let most = 0;
  return sorted.map(({ at, count }) => {
    most = Math.max(most, count);
    return { at, count: most };
  });
}

/** The distinct inner boundaries of equal shares, interpolated between the known points. */
function quantiles(points: readonly Point[], expected: number, partitions: number): number[] {
  const times = Array.from({ length: partitions - 1 }, (_, part) =>
    timeOf(points, (expected * (part + 1)) / partitions),
  );
  return [...new Set(times)];
}

function timeOf(points: readonly Point[], count: number): number {
  const next = Math.max(
    1,
    points.findIndex((point) => point.count >= count),
  );
  const [before, after] = [points[next - 1], points[next]] as [Point, Point];
  if (after.count === before.count) return after.at;
  const share = (count - before.count) / (after.count - before.count);
  // Whole seconds: the filter has no fraction.
  return Math.round((before.at + share * (after.at - before.at)) / 1000) * 1000;
}

/** The largest number of objects between two boundaries that the known points allow. */
function largestGap(points: readonly Point[], times: readonly number[], expected: number): number {
  const bounds = [Number.NEGATIVE_INFINITY, ...times, Number.POSITIVE_INFINITY];
  const atMost = (time: number) => points.find(({ at }) => at >= time)?.count ?? expected;
  const atLeast = (time: number) => points.findLast(({ at }) => at <= time)?.count ?? 0;
  return Math.max(...bounds.slice(1).map((bound, i) => atMost(bound) - atLeast(bounds[i] as number)));
}

/** Both bounds are included: an object that was created in the second of a boundary is in two partitions. */
function rangesBetween(boundaries: readonly string[]): string[] {
  return [undefined, ...boundaries].map((from, at) => {
    const parts = [from && `createdDateTime ge ${from}`, boundaries[at] && `createdDateTime le ${boundaries[at]}`];
    return parts.filter(Boolean).join(' and ');
  });
}

function isoTime(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}
