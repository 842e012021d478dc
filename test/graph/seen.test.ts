import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { packGuid, SeenIds } from '../../src/graph/seen.js';

const zero = '00000000-0000-0000-0000-000000000000';

describe('seen ids', () => {
  it('agree with a set of lower-case strings, whatever the ids', () => {
    const guid = fc.oneof(
      fc.uuid(),
      fc.uuid().map((id) => id.toUpperCase()),
      fc.constant(zero),
    );
    const few = fc.integer({ min: 0, max: 40 }).map((n) => `00000000-0000-0000-0000-0000000000${n + 10}`);
    fc.assert(
      fc.property(fc.array(fc.oneof(guid, few)), (ids) => {
        const seen = new SeenIds();
        const model = new Set<string>();
        for (const id of ids) {
          expect(seen.add(id)).toBe(!model.has(id.toLowerCase()));
          model.add(id.toLowerCase());
        }
        expect(seen.size).toBe(model.size);
      }),
    );
  });

  it('hold ids that are no GUIDs as they are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 40 })), (ids) => {
        const seen = new SeenIds();
        for (const id of ids) seen.add(id);
        expect(seen.size).toBe(new Set(ids).size);
      }),
    );
  });

  it('stay exact while the table grows, also for ids that were counted up', () => {
    const seen = new SeenIds();
    const id = (n: number) => `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
    const ids = Array.from({ length: 50_000 }, (_, n) => id(n));
    expect(ids.filter((one) => seen.add(one))).toHaveLength(50_000);
    expect(ids.filter((one) => seen.add(one))).toHaveLength(0);
    expect(seen.size).toBe(50_000);
  });
});

describe('packing a GUID', () => {
  const words = new Uint32Array(4);
  it('keeps all 128 bits', () => {
    expect(packGuid('01234567-89ab-CDEF-fedc-ba9876543210', words)).toBe(true);
    expect([...words]).toEqual([0x01234567, 0x89abcdef, 0xfedcba98, 0x76543210]);
  });

  it.each([
    '',
    zero.slice(1),
    zero.replaceAll('-', '0'),
    `g${zero.slice(1)}`,
    `é${zero.slice(1)}`,
    `{${zero.slice(2)}}`,
    '0000000000000-0000-0000-0000-0000000',
  ])('refuses %p', (text) => {
    expect(packGuid(text, words)).toBe(false);
  });
});
