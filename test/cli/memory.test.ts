import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it } from '@jest/globals';
import { aShell, type Shell } from '../support/cli.js';

let shell: Shell;
afterEach(() => shell.close());

/** Creates objects that live for a while, as a scan does, and prints the young generation in MB. */
const fillsAtExit = `
import { getHeapSpaceStatistics } from 'node:v8';
import { isMainThread } from 'node:worker_threads';
if (isMainThread) process.on('exit', () => {
  let kept = [];
  for (let i = 0; i < 3_000_000; i++) {
    kept.push({ i, list: [i] });
    if (kept.length > 20_000) kept = [];
  }
  const { space_size: bytes } = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  console.error('young generation ' + Math.round(bytes / 2 ** 20));
});
`;

it('the young generation of a command stays small, also after the start of the storage thread', async () => {
  shell = await aShell();
  const module = path.join(shell.folder, 'fill.mjs');
  await writeFile(module, fillsAtExit);
  const settings = {
    NODE_OPTIONS: `--import=${pathToFileURL(module)}`,
    TENANT_ID: '9f0c0d6e-0000-4000-8000-0000000000aa',
  };
  const { log } = await shell.run(['findings'], settings);
  const megabytes = Number(/young generation (\d+)/.exec(log)?.[1]);
  expect(megabytes).toBeGreaterThan(0);
  // By default it has 32 MB then.
  expect(megabytes).toBeLessThanOrEqual(16);
});
