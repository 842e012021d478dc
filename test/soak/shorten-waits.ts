/** Pauses between two attempts are shorter than this; the heartbeat of a lease is longer. */
const longestPause = 16_000;
const factor = 50;

/** A pause between two attempts, in a process that has little time. */
export function shortened(milliseconds: number): number {
  return milliseconds < longestPause ? milliseconds / factor : milliseconds;
}

/** Shortens the pauses of this process. The storage packages have no option for the function that waits. */
export function shortenWaits(): void {
  const { setTimeout: start } = globalThis;
  const startShortened = (work: () => void, milliseconds = 0, ...rest: []) =>
    start(work, shortened(milliseconds), ...rest);
  globalThis.setTimeout = Object.assign(startShortened, { __promisify__: start.__promisify__ });
}
