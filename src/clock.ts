import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './jobs/ports/index.js';

/** The system clock. */
export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  wait: (milliseconds, signal) => wait(milliseconds, undefined, signal ? { signal } : {}),
};
