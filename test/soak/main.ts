import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startAzurite } from '../support/azurite-setup.js';
import { soak } from './soak.js';
import { runWorker } from './worker.js';

const entry = fileURLToPath(import.meta.url);
if (process.argv[2] === 'worker') runWorker();
else process.exitCode = await run();

/**
 * `npm run soak -- --nights N --seed S --runs R --verbose`: R soak tests, the first with the seed S.
 * @returns the exit code: 1 after the first test that finds a fault
 */
async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      nights: { type: 'string', default: '30' },
      seed: { type: 'string', default: String(1 + Math.floor(Math.random() * 1_000_000)) },
      runs: { type: 'string', default: '1' },
      verbose: { type: 'boolean', default: false },
    },
  });
  const nights = Number(values.nights);
  const { connectionString, close } = await startAzurite();
  try {
    for (let seed = Number(values.seed); seed < Number(values.seed) + Number(values.runs); seed += 1) {
      const log = values.verbose ? (line: string) => console.log(line) : () => {};
      console.log(`seed ${seed}: ${nights} nights`);
      const result = await soak({ seed, nights, connectionString, entry, log });
      if (result.problems.length === 0) continue;
      if (!values.verbose) console.log(result.lastNight.join('\n'));
      console.log(
        [...result.problems, `To repeat: npm run soak -- --nights ${result.nights} --seed ${seed}`].join('\n'),
      );
      return 1;
    }
    console.log('Every night was as the oracle expected.');
    return 0;
  } finally {
    await close();
  }
}
