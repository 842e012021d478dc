import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { formerStorageSteps, formerTables } from '../../src/cli/former-storage.js';
import { itOnPosix } from '../support/left-out.js';

let root = '';
let folder = '';
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'consentinel-former-'));
  folder = path.join(root, "Ada's trial");
  await mkdir(folder);
  await writeFile(path.join(folder, formerTables), '{}');
});
afterAll(() => rm(root, { recursive: true }));

/** The argument of `--location` in the steps. */
async function location(platform: NodeJS.Platform) {
  const steps = await formerStorageSteps(folder, platform);
  return /--location (.*) --silent/.exec(steps ?? '')?.[1] ?? '';
}

itOnPosix('the steps have a folder with a space and a quote as one argument of the shell', async () => {
  const command = `printf %s ${await location('linux')}`;
  expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe(folder);
});

it('the steps have it as one argument of PowerShell', async () => {
  expect(await location('win32')).toBe(`'${folder.replaceAll("'", "''")}'`);
});

it('there are no steps for another folder', async () => {
  expect(await formerStorageSteps(root, 'linux')).toBeUndefined();
});
