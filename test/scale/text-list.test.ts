import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TextList } from '../../src/scale/text-list.js';

/** Any code units, also a surrogate without its pair. */
const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('', 'Müller', '\ud800', '\u2028'));
const change = fc.record({ position: fc.nat(3_000), text: fc.option(text, { nil: undefined }) });

describe('a list of texts', () => {
  it('returns the newest text of each position', () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const list = new TextList();
        const expected = new Map<number, string | undefined>();
        for (const { position, text } of changes) {
          if (text === undefined) list.remove(position);
          else list.put(position, text);
          expected.set(position, text);
        }
        for (const [position, text] of expected) expect(list.at(position)).toBe(text);
      }),
    );
  });

  it('has no text where none was set', () => {
    expect(new TextList().at(0)).toBeUndefined();
    expect(new TextList().at(5_000)).toBeUndefined();
  });

  it('keeps texts that are longer than a chunk, and those after them', () => {
    const list = new TextList();
    const texts = ['short', 'a'.repeat(3_000_000), 'ü'.repeat(700_000), 'last'];
    for (const [position, text] of texts.entries()) list.put(position, text);
    expect(texts.map((_, position) => list.at(position) === texts[position])).toEqual([true, true, true, true]);
  });

  it('keeps texts over many chunks', () => {
    const list = new TextList();
    const textOf = (position: number) => `text ${position} `.repeat(1 + (position % 50));
    for (let position = 0; position < 20_000; position++) list.put(position, textOf(position));
    const wrong = Array.from({ length: 20_000 }, (_, position) => position).filter((p) => list.at(p) !== textOf(p));
    expect(wrong).toEqual([]);
  });
});
