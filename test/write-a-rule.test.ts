import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bareEnvironment, needsShell } from './support/bare-environment.js';

const run = promisify(execFile);
/** The tests of the catalogue do not need Azurite. */
const config = `import whole from './jest.config.js';
const { globalSetup, globalTeardown, ...config } = whole;
export default config;
`;

interface JestReport {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

describe('the example in docs/write-a-rule.md', () => {
  let folder = '';
  let page = '';
  const inCopy = (command: string, ...args: string[]) =>
    run(command, args, { cwd: folder, env: bareEnvironment(), shell: needsShell && command === 'npm' });

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'consentinel-rule-'));
    const root = path.resolve('.');
    const left = new Set(
      ['.git', 'coverage', 'dist', 'node_modules', '.consentinel'].map((name) => path.join(root, name)),
    );
    await cp(root, folder, { recursive: true, filter: (source) => !left.has(source) });
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    page = await readFile(path.join(folder, 'docs/write-a-rule.md'), 'utf8');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('passes the tests of the catalogue in a copy of the repository', async () => {
    const files = [...page.matchAll(/`(src\/rules\/[\w./-]+)`:\n\n```\w+\n([\s\S]*?)```/g)];
    const names = files.map(([, file = '']) => path.basename(file));
    expect(names).toEqual(['rule.ts', 'cases.ts', 'README.md']);
    for (const [, file = '', code = ''] of files) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), code);
    }
    const generators = [...page.matchAll(/npm run ([\w-]+)/g)].map(([, name = '']) => name);
    expect(generators).toEqual(['catalogue', 'permissions']);
    for (const name of generators) await inCopy('npm', 'run', '--silent', name);

    const report = await catalogueTests();
    expect(report.testResults.map(({ message }) => message).filter(Boolean)).toEqual([]);
    expect(report.success).toBe(true);
    const ofExample = report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ fullName }) => fullName.startsWith('no-http-redirect-uri judges a tenant where'));
    expect(ofExample.length).toBeGreaterThan(3);
    await inCopy('node_modules/.bin/biome', 'ci', '--colors=off', 'src/rules/no-http-redirect-uri');
  });

  async function catalogueTests(): Promise<JestReport> {
    await writeFile(path.join(folder, 'jest.catalogue.config.js'), config);
    const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
    const tests = ['--json', '--outputFile=report.json', 'test/rules.test.ts', 'test/drift.test.ts'];
    await inCopy(process.execPath, ...jest, '--config=jest.catalogue.config.js', '--runInBand', ...tests).catch(
      () => {},
    );
    return JSON.parse(await readFile(path.join(folder, 'report.json'), 'utf8'));
  }
});
