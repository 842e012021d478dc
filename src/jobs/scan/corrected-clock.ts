import { correctedTime } from '../../model/clock/clock-skew.js';
import type { Clock, Directory } from '../ports/index.js';

/**
 * The clock for all comparisons of times: the local one, or Graph's if the local one is wrong. Graph's answers show the
 * difference; before the first answer the local clock counts.
 */
export function correctedClock(local: Clock, directory: Pick<Directory, 'clockSkew'>): Clock {
  return { ...local, now: () => correctedTime(local.now(), directory.clockSkew()) };
}
