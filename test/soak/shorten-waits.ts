import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

/** Pauses between two attempts are shorter than this; the heartbeat of a lease is longer. */
const longestPause = 16_000;
const factor = 20;

function shortened(milliseconds: number | undefined): number | undefined {
  return milliseconds !== undefined && milliseconds < longestPause ? milliseconds / factor : milliseconds;
}

/** Shortens the pauses between attempts in this process: those of the product, and those of its packages. */
export function shortenWaits(): void {
  const { setTimeout: wait } = timers;
  const { setTimeout: start } = globalThis;
  timers.setTimeout = ((milliseconds, value, options) =>
    wait(shortened(milliseconds), value, options)) as typeof timers.setTimeout;
  syncBuiltinESMExports();
  const startShortened = (work: () => void, milliseconds?: number, ...rest: []) =>
    start(work, shortened(milliseconds), ...rest);
  globalThis.setTimeout = Object.assign(startShortened, { __promisify__: start.__promisify__ });
}
