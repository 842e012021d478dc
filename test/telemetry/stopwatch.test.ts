import { describe, expect, it } from '@jest/globals';
import { Stopwatch } from '../../src/telemetry/stopwatch.js';

/** Runs steps at intervals of one millisecond. @returns the time of each activity */
function timesOf(...steps: string[]): Record<string, number> {
  let now = 100;
  const watch = new Stopwatch(() => now);
  for (const step of steps) {
    if (step === 'end') watch.end();
    else if (step !== 'wait') watch.begin(step);
    now += 1;
  }
  return Object.fromEntries([...watch.activities].map(([name, { busy }]) => [name, busy]));
}

describe('a stopwatch', () => {
  it.each<[string, string[], Record<string, number>]>([
    ['counts time for the running activity', ['judge', 'wait', 'end'], { judge: 2 }],
    ['counts time for the innermost activity', ['judge', 'list', 'wait', 'end', 'wait', 'end'], { judge: 3, list: 2 }],
    ['counts no time when no activity runs', ['judge', 'end', 'wait', 'list', 'end'], { judge: 1, list: 1 }],
    ['adds the times of a repeated activity', ['list', 'end', 'list', 'end'], { list: 2 }],
    ['counts time once for an activity inside itself', ['store', 'store', 'end', 'end'], { store: 3 }],
  ])('%s', (_, steps, expected) => {
    expect(timesOf(...steps)).toEqual(expected);
  });

  it('records the first start and the last end', () => {
    let now = 5;
    const watch = new Stopwatch(() => now);
    for (const until of [7, 9]) {
      watch.begin('list');
      now = until;
      watch.end();
    }
    expect(watch.activities.get('list')).toEqual({ from: 5, until: 9, busy: 4, times: 2 });
  });
});
