import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IdList, IdTable } from '../../src/scale/id-table.js';
import { guidIn, packGuid } from '../../src/scale/packed-guid.js';

const zero = '00000000-0000-0000-0000-000000000000';
const guid = fc.oneof(
  fc.uuid(),
  fc.uuid().map((id) => id.toUpperCase()),
  fc.constant(zero),
);
/** A few ids, so that they repeat. */
const few = fc.integer({ min: 0, max: 40 }).map((n) => `00000000-0000-0000-0000-0000000000${n + 10}`);
const other = fc.string({ maxLength: 40 });
const counted = (n: number) => `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;

describe('a table of ids', () => {
  it('numbers ids like a map of strings, and GUIDs without regard to case', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(guid, few, other)), (ids) => {
        const table = new IdTable();
        const model = new Map<string, number>();
        for (const id of ids) {
          const key = packGuid(id, new Uint32Array(4)) === 'none' ? id : id.toLowerCase();
          expect(table.find(id)).toBe(model.get(key) ?? -1);
          if (!model.has(key)) model.set(key, model.size);
          expect(table.add(id)).toBe(model.get(key));
        }
        expect(table.size).toBe(model.size);
      }),
    );
  });

  it('returns every id as it was first added', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.oneof(guid, other), { selector: (id) => id.toLowerCase() }), (ids) => {
        const table = new IdTable();
        const numbers = ids.map((id) => table.add(id));
        for (const id of ids) table.add(id.toUpperCase());
        expect(numbers.map((number) => table.at(number))).toEqual(ids);
      }),
    );
  });

  it('admits each id once', () => {
    const table = new IdTable();
    expect([zero, 'x', zero, 'x', 'X'].map((id) => table.admit(id))).toEqual([true, true, false, false, true]);
  });

  it('stays exact while it grows, also for sequential ids', () => {
    const table = new IdTable();
    const ids = Array.from({ length: 50_000 }, (_, n) => counted(n));
    expect(ids.filter((id) => table.admit(id))).toHaveLength(50_000);
    expect(ids.filter((id) => table.admit(id))).toHaveLength(0);
    expect(ids.every((id, number) => table.find(id) === number && table.at(number) === id)).toBe(true);
  });
});

describe('a list of ids', () => {
  it('returns ids as they were added, also after a replacement', () => {
    const any = fc.oneof(guid, other);
    fc.assert(
      fc.property(fc.array(fc.tuple(any, any)), (pairs) => {
        const list = new IdList();
        for (const [id] of pairs) list.push(id);
        expect(pairs.map((_, at) => list.at(at))).toEqual(pairs.map(([id]) => id));
        pairs.forEach(([, id], at) => {
          list.put(at, id);
        });
        expect(pairs.map((_, at) => list.at(at))).toEqual(pairs.map(([, id]) => id));
      }),
    );
  });

  it('grows beyond its first capacity', () => {
    const list = new IdList();
    const ids = Array.from({ length: 5000 }, (_, n) => counted(n));
    for (const id of ids) list.push(id);
    expect(ids.map((_, at) => list.at(at))).toEqual(ids);
  });
});

describe('packing a GUID', () => {
  const words = new Uint32Array(4);
  const spelled = Buffer.alloc(36, '-');
  it('keeps all 128 bits, and returns the form of the text', () => {
    expect(packGuid('01234567-89ab-CDEF-fedc-ba9876543210', words)).toBe('capitals');
    expect([...words]).toEqual([0x01234567, 0x89abcdef, 0xfedcba98, 0x76543210]);
    expect(guidIn(words, 0, spelled)).toBe('01234567-89ab-cdef-fedc-ba9876543210');
    expect(packGuid(guidIn(words, 0, spelled), words)).toBe('lower');
  });

  it.each([
    '',
    zero.slice(1),
    zero.replaceAll('-', '0'),
    `g${zero.slice(1)}`,
    `@${zero.slice(1)}`,
    `G${zero.slice(1)}`,
    `é${zero.slice(1)}`,
    `\u0130${zero.slice(1)}`,
    `${zero.slice(0, -1)}\u3030`,
    `{${zero.slice(2)}}`,
    '0000000000000-0000-0000-0000-0000000',
    '00000000-000000000-0000-000000000000',
  ])('rejects %p', (text) => {
    expect(packGuid(text, words)).toBe('none');
  });
});
