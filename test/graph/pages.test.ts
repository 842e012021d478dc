import { describe, expect, it } from '@jest/globals';
import { pagesOf } from '../../src/graph/http/pages.js';
import { createSend } from '../../src/graph/http/send.js';
import {
  failure,
  noResponse,
  type ReceivedRequest,
  type Reply,
  rejection,
  type ScriptedGraph,
  withGraph,
} from './scripted-graph.js';

const origin = 'https://graph.microsoft.com/v1.0';
const page = (value: unknown, next?: string): Reply => ({
  body: { value, ...(next && { '@odata.nextLink': next.startsWith('http') ? next : `${origin}${next}` }) },
});

function listing(graph: ScriptedGraph, signal?: AbortSignal) {
  return pagesOf({
    graph: graph.settings.graph,
    send: createSend(graph.settings),
    path: '/applications?$top=2',
    signal,
  });
}

async function itemsOf(graph: ScriptedGraph): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const { items: some } of listing(graph)) items.push(...some);
  return items;
}

describe('a listing', () => {
  it('follows unchanged next links to the end, also after empty pages', async () => {
    const link = '/applications?$top=2&$select=id&$skiptoken=RFNw%2BdA(x=1)';
    await withGraph([page([1, 2], link), page([], '/applications?$skiptoken=b'), page([3])], async (graph) => {
      expect(await itemsOf(graph)).toEqual([1, 2, 3]);
      const query = new URL(graph.requests[1]?.path ?? '', origin).searchParams;
      expect(Object.fromEntries(query)).toEqual({ $top: '2', $select: 'id', $skiptoken: 'RFNw+dA(x=1)' });
    });
  });

  it('may have 100 pages in a row without a new object, and no more', async () => {
    const paged =
      (idle: number, items: (at: number) => unknown[]) =>
      ({ path }: ReceivedRequest) => {
        const at = Number(/skiptoken=(\d+)/.exec(path)?.[1] ?? 0);
        const isLast = at > idle;
        return page(isLast ? ['last'] : items(at), isLast ? undefined : `/applications?$skiptoken=${at + 1}`);
      };
    for (const items of [(at: number) => (at ? [] : ['first']), () => ['first', 'second']]) {
      await withGraph(paged(100, items), async (graph) => expect((await itemsOf(graph)).at(-1)).toBe('last'));
      await withGraph(paged(101, items), async (graph) =>
        expect(await rejection(itemsOf(graph))).toMatchObject({
          code: 'graph-malformed',
          message: expect.stringContaining('101 pages in a row without a new object'),
        }),
      );
    }
  });

  it('requests exactly one page in advance while the consumer works', async () => {
    const paged = ({ path }: ReceivedRequest) => {
      const at = Number(/skiptoken=(\d+)/.exec(path)?.[1] ?? 0);
      return page([at], at < 5 ? `/applications?$skiptoken=${at + 1}` : undefined);
    };
    await withGraph(paged, async (graph) => {
      for await (const { items } of listing(graph)) {
        const expected = Math.min((items[0] as number) + 2, 6);
        while (graph.requests.length < expected) await new Promise((resolve) => setTimeout(resolve, 5));
        // A second request in advance would arrive now.
        await new Promise((resolve) => setTimeout(resolve, 30));
        expect(graph.requests).toHaveLength(expected);
      }
    });
  });

  it('repeats the request for a page that is not JSON', async () => {
    const broken: Reply = (response) => void response.end('{"value": [2');
    const next = '/applications?$skiptoken=a';
    await withGraph([page([1], next), broken, page([2])], async (graph) => {
      expect(await itemsOf(graph)).toEqual([1, 2]);
      expect(graph.requests).toHaveLength(3);
    });
  });

  it('ends at once when the consumer stops after the next page arrived', async () => {
    await withGraph([page([1], '/applications?$skiptoken=a'), page([2])], async (graph) => {
      for await (const { items } of listing(graph)) {
        expect(items).toEqual([1]);
        while (graph.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
        await new Promise((resolve) => setTimeout(resolve, 50));
        break;
      }
    });
  });

  it.each([
    ['400 Directory_ExpiredPageToken', failure(400, 'Directory_ExpiredPageToken')],
    ['400 PageTokenNotFound', failure(400, 'Directory_PageTokenNotFound')],
    ['410', failure(410, 'resyncRequired')],
  ])('starts again when a page token expired: %s', async (_, expired) => {
    const next = '/applications?$skiptoken=a';
    await withGraph([page([1], next), expired, page([1], next), page([2])], async (graph) => {
      expect(await itemsOf(graph)).toEqual([1, 1, 2]);
    });
  });

  it('starts again at most three times', async () => {
    const paged = ({ path }: ReceivedRequest) =>
      path.includes('skip') ? failure(400, 'Directory_ExpiredPageToken') : page([1], '/applications?$skiptoken=a');
    await withGraph(paged, async (graph) => {
      expect(await rejection(itemsOf(graph))).toMatchObject({ code: 'graph-rejected' });
      expect(graph.requests).toHaveLength(8);
    });
  });

  it.each<[string, Reply[]]>([
    ['a page without value', [{ body: { error: 'x' } }]],
    ['a page whose value is no array', [page({})]],
    ['a next link that is no text', [{ body: { value: [1], '@odata.nextLink': 7 } }]],
    ['a next link to the page itself', [page([1], '/applications?$top=2')]],
    [
      'next links in a circle',
      [page([1], '/a?$skiptoken=1'), page([2], '/a?$skiptoken=2'), page([3], '/a?$skiptoken=1')],
    ],
    ['a next link to another host', [page([1], 'https://evil.example/v1.0/applications')]],
  ])('is rejected with %s', async (_, replies) => {
    await withGraph(replies, async (graph) => {
      expect(await rejection(itemsOf(graph))).toMatchObject({ code: 'graph-malformed' });
    });
  });

  it('returns a page before the failure of the next page', async () => {
    await withGraph([page([1], '/a?$skiptoken=1'), failure(404, 'x')], async (graph) => {
      const pages = listing(graph);
      expect(await pages.next()).toMatchObject({ value: { items: [1] } });
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(await rejection(pages.next())).toMatchObject({ code: 'graph-rejected' });
    });
  });

  it('aborts the pending request when the consumer stops, also when it hangs or fails', async () => {
    for (const ahead of [noResponse, failure(404, 'x')]) {
      await withGraph([page([1], '/a?$skiptoken=1'), ahead], async (graph) => {
        for await (const _ of listing(graph)) break;
        await new Promise((resolve) => setTimeout(resolve, 10));
      });
    }
  });

  it('stops when its signal aborts', async () => {
    const stop = new AbortController();
    await withGraph([page([1], '/a?$skiptoken=1'), noResponse], async (graph) => {
      const pages = listing(graph, stop.signal);
      await pages.next();
      stop.abort();
      expect(await rejection(pages.next())).toMatchObject({ code: 'aborted' });
    });
  });
});
