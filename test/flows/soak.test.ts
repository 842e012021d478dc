import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { soak } from '../soak/soak.js';
import { azuriteConnectionString } from '../support/storage.js';

/** The bundle, which runs the product in a process of its own: it is killed in some nights. */
const entry = path.resolve('dist/soak.js');

/** Nights end by themselves; a busy machine needs longer. */
const timeout = 240_000;

describe('nights with random changes, disturbances, kills and decisions', () => {
  it.each([1, 2, 3])('give the findings that the oracle expects (seed %i)', (seed) => expectNights(seed), timeout);
});

async function expectNights(seed: number): Promise<void> {
  const { problems, lastNight } = await soak({ seed, nights: 5, connectionString: azuriteConnectionString(), entry });
  expect({ problems, lastNight: problems.length > 0 ? lastNight : [] }).toEqual({ problems: [], lastNight: [] });
}
