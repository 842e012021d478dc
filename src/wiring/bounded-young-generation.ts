import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the memory of the process small. V8 lets its young generation grow to 48 MB, and its heap double between two
 * collections. A scan creates much garbage and keeps little, so neither saves time. The start of a worker thread resets the
 * flags (Node.js 20 to 24), so they are set again after it.
 */
export function boundYoungGeneration(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=60');
}

// An entry point imports this module first: the other modules fill the young generation while they load.
boundYoungGeneration();
