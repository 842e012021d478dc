import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { soak } from '../soak/soak.js';
import { azuriteConnectionString } from '../support/storage.js';

/** The bundle, which runs the product in a process of its own: it is killed in some nights. */
const entry = path.resolve('dist/soak.js');

describe('nights with random changes, disturbances, kills and decisions', () => {
  it.each([1, 2, 3])(
    'give the findings that the oracle expects, and audit chains that verify (seed %i)',
    async (seed) => {
      const { problems, lastNight } = await soak({
        seed,
        nights: 5,
        connectionString: azuriteConnectionString(),
        entry,
      });
      expect({ problems, lastNight: problems.length > 0 ? lastNight : [] }).toEqual({ problems: [], lastNight: [] });
    },
  );
});
