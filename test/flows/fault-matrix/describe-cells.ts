import { afterAll, describe, expect, it } from '@jest/globals';
import type { Call, Cell } from './cells.js';
import { tokenRouter } from './night.js';
import { makeReference } from './reference.js';
import { runCell } from './run-cell.js';

/** Milliseconds. On a busy machine, eight nights at a time take longer than one test usually does. */
const patience = 180_000;

/**
 * Defines the tests of the cells that `choose` takes from the calls of an undisturbed night. A night of a cell may end
 * incomplete or failed; what it may not do is in `run-cell.ts`.
 * @param options of the installation
 */
export async function describeCells(
  choose: (calls: readonly Call[]) => readonly Cell[],
  options: Parameters<typeof makeReference>[0] = {},
): Promise<void> {
  const reference = await makeReference(options);
  const { before, undisturbed, calls } = reference;

  afterAll(() => tokenRouter.close());

  it('the undisturbed nights find, resolve, send an alert and remediate', () => {
    expect(before.size).toBeGreaterThan(15);
    expect([...undisturbed.errors]).toEqual([]);
    expect(undisturbed.scan).toMatchObject({ status: 'complete', notExamined: [], findings: { new: 1, resolved: 2 } });
    for (const known of [/^GET \/msi\/token/, /^PATCH \/applications/, /skiptoken/, /^POST \/\$batch: .*findings/])
      expect(calls.map(({ name }) => name).join('\n')).toMatch(new RegExp(known.source, 'm'));
  });

  describe('a night with a fault of', () => {
    const table = choose(calls).map((cell) => {
      const { call, disturbance, permanent } = cell;
      return [call.name, `${disturbance.name}, ${permanent ? 'permanently' : 'once'}`, cell] as const;
    });
    it.concurrent.each(table)('%s: %s', async (_call, _fault, cell) => runCell(reference, cell), patience);
  });
}
