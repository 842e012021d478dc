import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import { rules } from '../src/rules/index.js';

const run = promisify(execFile);
const { PATH, HOME } = process.env;
const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const json = async (file: string) => JSON.parse(await readFile(file, 'utf8'));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'consentinel-package-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The names of the functions that the sources register. */
async function registeredInSources(): Promise<string[]> {
  const files = (await readdir('src/functions')).filter((file) => file.endsWith('.ts'));
  const texts = await Promise.all(files.map((file) => readFile(path.join('src/functions', file), 'utf8')));
  return texts.flatMap((text) =>
    [...text.matchAll(/\b(?:app\.(?:timer|storageQueue|http)|watch)\('([^']+)'/g)].map(([, name]) => name ?? ''),
  );
}

describe('the deployment package', () => {
  let entries: Record<string, Uint8Array> = {};

  beforeAll(async () => {
    await run(process.execPath, ['scripts/package.js', '--out', path.join(folder, 'one')]);
    const [zip = ''] = (await readdir(path.join(folder, 'one'))).filter((file) => file.endsWith('.zip'));
    entries = unzipSync(await readFile(path.join(folder, 'one', zip)));
    await mkdir(path.join(folder, 'unpacked'));
    for (const [name, bytes] of Object.entries(entries)) await writeFile(path.join(folder, 'unpacked', name), bytes);
  });

  it('registers every function, and logs where in the sources it fails', async () => {
    const url = (file: string) => JSON.stringify(pathToFileURL(path.resolve(file)).href);
    const { main } = JSON.parse(decode(entries['package.json']));
    const program = `
      import { installFunctionsCore } from ${url('dist/functions-core.js')};
      const core = installFunctionsCore();
      await import(${url(path.join(folder, 'unpacked', main))});
      const { error } = await core.invoke('nightlyScan', { json: '{}' });
      console.log(JSON.stringify({ names: [...core.functions.keys()], stack: error.stack }));
      process.exit(0);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: path.join(folder, 'unpacked'),
      env: { PATH, HOME, TENANT_ID: 'no GUID' },
    });
    const { names, stack } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(names.sort()).toEqual((await registeredInSources()).sort());
    expect(stack).toContain('TENANT_ID');
    expect(stack).toMatch(/src\/config\.ts:\d+/);
  });

  it('holds what the functions need, and no development part', () => {
    const scripts = Object.keys(entries).filter((name) => name.endsWith('.js'));
    expect(scripts).toEqual(expect.arrayContaining(['functions.js', 'app.js']));
    for (const name of scripts.filter((script) => script !== 'functions.js'))
      expect(entries).toHaveProperty([`${name}.map`]);
    const others = Object.keys(entries).filter((name) => !/\.js(\.map)?$/.test(name));
    expect(others.sort()).toEqual(['LICENSE', 'THIRD_PARTY_NOTICES.txt', 'host.json', 'package.json']);
    const sources = Object.entries(entries)
      .filter(([name]) => name.endsWith('.map'))
      .flatMap(([, map]) => JSON.parse(decode(map)).sources as string[]);
    expect(
      sources.filter((source) => /src\/(local|cli)\/|bench\/|node_modules\/(azurite|commander)\//.test(source)),
    ).toEqual([]);
  });

  it('is what the host expects: ES modules, the host.json of the repository, nothing to install', () => {
    const manifest = JSON.parse(decode(entries['package.json']));
    expect(manifest).toMatchObject({ type: 'module', main: 'functions.js' });
    expect(manifest).not.toHaveProperty('dependencies');
    expect(decode(entries['host.json'])).toContain('"messageEncoding": "none"');
  });

  it('is the same to the byte when it is made again, in another time zone too', async () => {
    const env = { PATH, HOME, TZ: 'Asia/Kathmandu' };
    await run(process.execPath, ['scripts/package.js', '--out', path.join(folder, 'two/deeper')], { env });
    const [zip = ''] = (await readdir(path.join(folder, 'two/deeper'))).filter((file) => file.endsWith('.zip'));
    const [one, two] = await Promise.all(['one', 'two/deeper'].map((out) => readFile(path.join(folder, out, zip))));
    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
  });
});

describe('the npm package', () => {
  let packed: string[] = [];
  const consentinel = (...args: string[]) =>
    run(process.execPath, [path.join(folder, 'home/node_modules/consentinel/dist/cli.js'), ...args], {
      cwd: path.join(folder, 'home'),
      env: { PATH, HOME },
    });

  beforeAll(async () => {
    // The scripts would rebuild dist/ while other tests use it.
    const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]);
    const [{ filename, files }] = JSON.parse(stdout);
    packed = files.map((file: { path: string }) => file.path);
    await mkdir(path.join(folder, 'home'));
    // Offline and with an empty cache: the package has no dependencies to install.
    await run('npm', ['install', '--offline', '--cache', path.join(folder, 'cache'), path.join(folder, filename)], {
      cwd: path.join(folder, 'home'),
    });
  });

  it('needs no other package', async () => {
    const installed = await readdir(path.join(folder, 'home/node_modules'));
    expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['consentinel']);
    expect(await json('package.json')).not.toHaveProperty('dependencies');
  });

  it('holds the command line, without maps, sources and the bench', () => {
    expect(packed).toEqual(
      expect.arrayContaining(['dist/cli.js', 'README.md', 'LICENSE', 'dist/THIRD_PARTY_NOTICES.txt']),
    );
    expect(packed.filter((file) => /^(src|test|infra|bench)\/|\.map$|bench\.js|\.zip$/.test(file))).toEqual([]);
  });

  it('runs', async () => {
    const { stdout } = await consentinel('rules', '--json');
    expect(JSON.parse(stdout).map(({ id }: { id: string }) => id)).toEqual(rules.map(({ id }) => id));
    expect((await consentinel('--help')).stdout).toContain('consentinel [options] [command]');
  });

  it('says what to do where no storage is named and Azurite is not installed', async () => {
    const failed = await consentinel('findings').catch((error) => error);
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('npm install azurite') });
  });
});
