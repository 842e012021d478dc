import { describe, expect, it } from '@jest/globals';
import type { Clock } from '../../src/jobs/ports/index.js';
import { RunningScans } from '../../src/jobs/scan/running-scans.js';
import { rejection } from '../graph/scripted-graph.js';

/** A clock whose waits end when the test says so. */
function aClock() {
  let end = () => {};
  const wait: Clock['wait'] = (_milliseconds, signal) =>
    new Promise((resolve, reject) => {
      end = resolve;
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  return { wait, pass: () => end() };
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('the scans of a process that the platform stops', () => {
  it('are aborted, and awaited until they have stored their end', async () => {
    const scans = new RunningScans();
    let stored = false;
    const scan = scans.run(async (signal) => {
      try {
        await untilAborted(signal);
      } finally {
        await new Promise((resolve) => setTimeout(resolve, 20));
        stored = true;
      }
    });
    const failed = rejection(scan);
    expect(await scans.stop(aClock(), 3000)).toBe(0);
    expect(stored).toBe(true);
    expect(await failed).toMatchObject({ code: 'aborted', message: expect.stringContaining('The platform stopped') });
  });

  it('are left alone when the time is over', async () => {
    const scans = new RunningScans();
    const clock = aClock();
    void scans.run(() => new Promise(() => {}));
    const stopped = scans.stop(clock, 3000);
    clock.pass();
    expect(await stopped).toBe(1);
  });

  it('do not begin after the stop', async () => {
    const scans = new RunningScans();
    await scans.stop(aClock(), 3000);
    const begun = scans.run(async (signal) => signal.throwIfAborted());
    expect(await rejection(begun)).toMatchObject({ code: 'aborted' });
  });
});
