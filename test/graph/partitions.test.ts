import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextLinkIn } from '../../src/graph/http/next-link.js';
import { findBoundaries } from '../../src/graph/reads/partitions.js';

const now = '2026-11-26T00:00:00Z';

/** Counts the sorted creation times, as Graph does, and records the requests. */
function counter(created: readonly number[]) {
  const asked: string[] = [];
  const countUpTo = async (at: string) => {
    asked.push(at);
    return created.filter((time) => time <= Date.parse(at)).length;
  };
  return { asked, countUpTo };
}

function sizesOf(created: readonly number[], boundaries: readonly string[]): number[] {
  const bounds = [Number.NEGATIVE_INFINITY, ...boundaries.map((at) => Date.parse(at)), Number.POSITIVE_INFINITY];
  return bounds
    .slice(1)
    .map((bound, at) => created.filter((time) => time > (bounds[at] as number) && time <= bound).length);
}

describe('the boundaries of creation times', () => {
  it('divide an even distribution with one count per year', async () => {
    const created = Array.from({ length: 60_000 }, (_, i) => Date.UTC(2016, 0, 1) + i * 5_000_000);
    const { asked, countUpTo } = counter(created);
    const boundaries = await findBoundaries(countUpTo, created.length, 8, now);
    expect(asked.length).toBeLessThanOrEqual(15 + 7);
    const sizes = sizesOf(created, boundaries ?? []);
    expect(sizes).toHaveLength(8);
    expect(Math.max(...sizes)).toBeLessThan((60_000 / 8) * 1.5);
  });

  it('find a burst of new applications with a few more counts', async () => {
    const spread = Array.from({ length: 20_000 }, (_, i) => Date.UTC(2015, 0, 1) + i * 15_000_000);
    const burst = Array.from({ length: 40_000 }, (_, i) => Date.UTC(2023, 4, 2) + i * 60_000);
    const created = [...spread, ...burst].sort((a, b) => a - b);
    const { asked, countUpTo } = counter(created);
    const boundaries = await findBoundaries(countUpTo, created.length, 8, now);
    expect(asked.length).toBeLessThanOrEqual(15 + 3 * 7);
    expect(Math.max(...sizesOf(created, boundaries ?? []))).toBeLessThan((60_000 / 8) * 2.5);
  });

  it('are in order, distinct, and inside the known time, whatever the distribution', async () => {
    const times = fc.array(fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.parse(now) }), {
      minLength: 1,
      maxLength: 200,
    });
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: 2, max: 16 }), async (created, partitions) => {
        const { asked, countUpTo } = counter(created);
        const boundaries = (await findBoundaries(countUpTo, created.length, partitions, now)) ?? [];
        expect([...boundaries].sort()).toEqual(boundaries);
        expect(new Set(boundaries).size).toBe(boundaries.length);
        expect(boundaries.length).toBeLessThan(partitions);
        expect(asked.length).toBeLessThanOrEqual(15 + 3 * partitions);
      }),
    );
  });

  it('are unknown if Graph does not return a count', async () => {
    expect(await findBoundaries(async () => undefined, 60_000, 8, now)).toBeUndefined();
  });
});

describe('the next link in an unparsed page', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);

  it.each([
    ['before the objects', '{"@odata.context":"x","@odata.nextLink":"https://g/v1.0/a?$skiptoken=b","value":[]}'],
    ['after the objects', '{"value":[{"id":"1"}],"@odata.nextLink" : "https://g/v1.0/a?$skiptoken=b"}'],
    [
      'behind a display name that contains the name of the member',
      `${JSON.stringify({ value: [{ displayName: '"@odata.nextLink":"https://evil.example/"' }] }).slice(0, -1)},"@odata.nextLink":"https://g/v1.0/a?$skiptoken=b"}`,
    ],
  ])('is found %s', (_, text) => {
    expect(nextLinkIn(bytes(text))).toBe('https://g/v1.0/a?$skiptoken=b');
  });

  it.each([
    ['without a link', '{"value":[]}'],
    ['with null', '{"value":[],"@odata.nextLink":null}'],
    ['with escaped characters, which a parser must read', '{"@odata.nextLink":"https:\\/\\/g","value":[]}'],
    ['that ends inside the link', '{"value":[],"@odata.nextLink":"https://g/v1'],
  ])('is left to the parser in a page %s', (_, text) => {
    expect(nextLinkIn(bytes(text))).toBeUndefined();
  });

  it('is the link of the parsed page, whatever the objects contain', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), fc.webUrl(), (value, link) => {
        const found = nextLinkIn(bytes(JSON.stringify({ value, '@odata.nextLink': link })));
        expect([link, undefined]).toContain(found);
      }),
    );
  });
});
