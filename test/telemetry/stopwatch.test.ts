import { describe, expect, it } from '@jest/globals';
import { Stopwatch } from '../../src/telemetry/stopwatch.js';

/** Runs steps a millisecond apart; gives the time that went to each activity. */
function timed(...steps: string[]): Record<string, number> {
  let now = 100;
  const watch = new Stopwatch(() => now);
  for (const step of steps) {
    if (step === 'end') watch.end();
    else if (step !== 'wait') watch.begin(step);
    now += 1;
  }
  return Object.fromEntries([...watch.activities].map(([name, { busy }]) => [name, busy]));
}

describe('a stopwatch gives a time', () => {
  it.each<[string, string[], Record<string, number>]>([
    ['to the activity that runs', ['judge', 'wait', 'end'], { judge: 2 }],
    ['to the innermost of several', ['judge', 'list', 'wait', 'end', 'wait', 'end'], { judge: 3, list: 2 }],
    ['to nobody where none runs', ['judge', 'end', 'wait', 'list', 'end'], { judge: 1, list: 1 }],
    ['to an activity that comes again, together', ['list', 'end', 'list', 'end'], { list: 2 }],
    ['to an activity within itself, once', ['store', 'store', 'end', 'end'], { store: 3 }],
  ])('%s', (_, steps, expected) => {
    expect(timed(...steps)).toEqual(expected);
  });

  it('and tells from when until when it was', () => {
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
