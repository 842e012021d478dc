import { z } from 'zod';
import { type BatchContext, type ObjectResponse, readMany } from '../http/batch.js';
import type { GraphLocation } from '../http/client.js';
import { malformed } from '../http/errors.js';
import { pagesOf } from '../http/pages.js';

/** What reading many lists needs. */
export interface ListContext {
  readonly graph: GraphLocation;
  readonly batches: BatchContext;
}

/** How to read one list per id. */
export interface ListRead<T> {
  readonly pathOf: (id: string) => string;
  readonly item: z.ZodType<T>;
  /** Stops after the first page that has an entry. @default false */
  readonly anyPage?: boolean;
  /**
   * The entries of a full page. A list that ends with a full page may have lost its next link. Without this number, such
   * a list counts as complete.
   */
  readonly pageSize?: number;
}

/**
 * Reads one list per id: the first pages in `$batch`, and further pages individually.
 * @returns by id: the entries; undefined after 404, and for a list that may have lost its end
 * @throws GraphCallError
 */
export async function readLists<T>(
  context: ListContext,
  ids: readonly string[],
  { pathOf, item, anyPage = false, pageSize = Number.POSITIVE_INFINITY }: ListRead<T>,
  signal?: AbortSignal,
): Promise<Map<string, T[] | undefined>> {
  const responses = await readMany(context.batches, ids.map(pathOf), signal);
  const page = z.object({ value: z.array(item), '@odata.nextLink': z.string().min(1).nullish() });
  const lists = new Map<string, T[] | undefined>();
  for (const id of ids) {
    const response = responses.get(pathOf(id));
    if (!response) continue;
    const { value, '@odata.nextLink': next } = firstPage(page, response);
    const isRead = !next || (anyPage && value.length > 0);
    const rest = isRead ? [] : await readRest(context, next, { item, anyPage }, signal);
    const last = rest.at(-1) ?? value;
    lists.set(id, last.length >= pageSize ? undefined : [value, ...rest].flat());
  }
  return lists;
}

function firstPage<T>(page: z.ZodType<T>, { body, call }: ObjectResponse): T {
  const parsed = page.safeParse(body);
  if (!parsed.success) throw malformed(call, 'a list with undocumented values');
  return parsed.data;
}

async function readRest<T>(
  { graph, batches: { send } }: ListContext,
  path: string,
  { item, anyPage }: { item: z.ZodType<T>; anyPage: boolean },
  signal: AbortSignal | undefined,
): Promise<T[][]> {
  const pages: T[][] = [];
  for await (const { items, call } of pagesOf({ graph, send, path, signal })) {
    const parsed = z.array(item).safeParse(items);
    if (!parsed.success) throw malformed(call, 'a list with undocumented values');
    pages.push(parsed.data);
    if (anyPage && parsed.data.length > 0) break;
  }
  return pages;
}
