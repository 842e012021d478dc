import { describe, expect, it } from '@jest/globals';
import type { Directory } from '../../src/jobs/ports/index.js';
import { ForeseenLookups } from '../../src/jobs/scan/delta/foreseen-lookups.js';
import { openLookups } from '../../src/jobs/scan/delta/stored-collection.js';
import { TableInventory } from '../../src/storage/inventory-store.js';
import { MemoryTable } from '../support/memory-table.js';

const forever = new AbortController().signal;

/** An inventory, and a directory that notes which service principals it looks up. */
function anInstallation() {
  const asked: string[][] = [];
  const knownEmpty: string[][] = [];
  /** Those without an assignment. */
  const empty = new Set<string>();
  const directory = {
    anybodyAssignedTo: async (ids: readonly string[], _: unknown, known: ReadonlySet<string> = new Set()) => {
      asked.push([...ids]);
      knownEmpty.push([...known]);
      return new Map(ids.map((id) => [id, !empty.has(id)]));
    },
  } as Partial<Directory> as Directory;
  const inventory = new TableInventory(
    new MemoryTable().client(async () => {}),
    {
      key: async () => Buffer.alloc(32, 1),
      version: '1',
      now: () => '2026-11-26T02:00:00.000Z',
    },
  );
  const lookups = async () => new ForeseenLookups(await openLookups(inventory, 't1'));
  /** A night that looks up these service principals. */
  const night = async (...ids: string[]) => {
    const some = await lookups();
    await some.over(directory).anybodyAssignedTo(ids);
    await some.store();
    asked.length = 0;
  };
  return { asked, directory, empty, knownEmpty, lookups, night };
}

describe('the lookups of the last night', () => {
  it('begin before the scan asks, and answer it', async () => {
    const { asked, directory, lookups, night } = anInstallation();
    await night('a', 'b');
    const some = await lookups();
    some.begin(directory, forever);
    expect(asked).toEqual([['a', 'b']]);
    expect(await some.over(directory).anybodyAssignedTo(['a', 'c'])).toEqual(
      new Map([
        ['a', true],
        ['c', true],
      ]),
    );
    expect(asked).toEqual([['a', 'b'], ['c']]);
  });

  it('name the lists that were empty, for the first look of the next night only', async () => {
    const { directory, empty, knownEmpty, lookups, night } = anInstallation();
    empty.add('b');
    await night('a', 'b');
    const some = await lookups();
    some.begin(directory, forever);
    expect(knownEmpty.at(-1)).toEqual(['b']);
    const over = some.over(directory);
    await over.anybodyAssignedTo(['a', 'b']);
    await over.anybodyAssignedTo(['b']);
    expect(knownEmpty.at(-1)).toEqual([]);
    empty.clear();
    await night('a', 'b');
    (await lookups()).begin(directory, forever);
    expect(knownEmpty.at(-1)).toEqual([]);
  });

  it('that nothing foresaw pass on the empty lists that the scan knows', async () => {
    const { directory, knownEmpty, lookups } = anInstallation();
    await (await lookups()).over(directory).anybodyAssignedTo(['a', 'b'], forever, new Set(['b']));
    expect(knownEmpty).toEqual([['b']]);
  });

  it('answer once: a second look reads Graph again', async () => {
    const { asked, directory, lookups, night } = anInstallation();
    await night('a');
    const some = await lookups();
    some.begin(directory, forever);
    const over = some.over(directory);
    await over.anybodyAssignedTo(['a']);
    await over.anybodyAssignedTo(['a']);
    expect(asked).toEqual([['a'], ['a']]);
  });

  it('answer nothing after a full listing', async () => {
    const { asked, directory, lookups, night } = anInstallation();
    await night('a');
    const some = await lookups();
    some.begin(directory, forever);
    some.drop();
    await some.over(directory).anybodyAssignedTo(['a']);
    expect(asked).toEqual([['a'], ['a']]);
  });

  it('are not stored if there are too many', async () => {
    const { asked, directory, lookups, night } = anInstallation();
    await night('a');
    await night(...Array.from({ length: 61 }, (_, n) => `id-${n}`));
    (await lookups()).begin(directory, forever);
    expect(asked).toEqual([]);
  });
});
