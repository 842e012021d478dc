import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import { rules } from '../src/rules/index.js';
import { bareEnvironment, needsShell } from './support/bare-environment.js';

const run = promisify(execFile);
const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const json = async (file: string) => JSON.parse(await readFile(file, 'utf8'));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'consentinel-package-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const apps = ['scanner', 'web', 'remediator'];

describe('the deployment packages', () => {
  const entries = new Map<string, Record<string, Uint8Array>>();
  const entriesOf = (app: string) => entries.get(app) ?? {};
  const zipOf = async (out: string, app: string) => {
    const zips = (await readdir(path.join(folder, out))).filter((file) => file.endsWith(`-${app}.zip`));
    expect(zips).toHaveLength(1);
    return readFile(path.join(folder, out, zips[0] ?? ''));
  };

  beforeAll(async () => {
    await run(process.execPath, ['scripts/package.js', '--out', path.join(folder, 'one')]);
    for (const app of apps) {
      entries.set(app, unzipSync(await zipOf('one', app)));
      await mkdir(path.join(folder, 'unpacked', app), { recursive: true });
      for (const [name, bytes] of Object.entries(entriesOf(app)))
        await writeFile(path.join(folder, 'unpacked', app, name), bytes);
    }
  });

  it.each([
    ['scanner', 'nightlyScan'],
    ['web', 'web'],
    ['remediator', 'remediations'],
  ])('of %s loads in an empty folder, and logs where in the sources %s fails', async (app, name) => {
    const url = (file: string) => JSON.stringify(pathToFileURL(path.resolve(file)).href);
    const { main } = JSON.parse(decode(entriesOf(app)['package.json']));
    const data = app === 'web' ? { http: { method: 'GET', url: 'https://app.example/' } } : { json: '{}' };
    const program = `
      import { installFunctionsCore } from ${url('dist/functions-core.js')};
      const core = installFunctionsCore();
      await import(${url(path.join(folder, 'unpacked', app, main))});
      const { error } = await core.invoke(${JSON.stringify(name)}, ${JSON.stringify(data)});
      console.log(JSON.stringify({ stack: error.stack }));
      process.exit(0);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: path.join(folder, 'unpacked', app),
      env: { ...bareEnvironment(), TENANT_ID: 'no GUID' },
    });
    const { stack } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(stack).toContain('TENANT_ID');
    expect(stack).toMatch(/src\/config\.ts:\d+/);
  });

  it.each(apps)('of %s holds what the functions need, and no development part', (app) => {
    const files = entriesOf(app);
    const scripts = Object.keys(files).filter((name) => name.endsWith('.js'));
    expect(scripts).toEqual(expect.arrayContaining(['functions.js', 'app.js']));
    for (const name of scripts.filter((script) => script !== 'functions.js'))
      expect(files).toHaveProperty([`${name}.map`]);
    const others = Object.keys(files).filter((name) => !/\.js(\.map)?$/.test(name));
    expect(others.sort()).toEqual(['LICENSE', 'THIRD_PARTY_NOTICES.txt', 'host.json', 'package.json', 'sbom.cdx.json']);
    const sources = Object.entries(files)
      .filter(([name]) => name.endsWith('.map'))
      .flatMap(([, map]) => JSON.parse(decode(map)).sources as string[]);
    expect(
      sources.filter((source) => /src\/(local|cli)\/|bench\/|node_modules\/(azurite|commander)\//.test(source)),
    ).toEqual([]);
  });

  it.each(apps)(
    'of %s is what the host expects: ES modules, the host.json of the repository, nothing to install',
    (app) => {
      const manifest = JSON.parse(decode(entriesOf(app)['package.json']));
      expect(manifest).toMatchObject({ name: `consentinel-${app}`, type: 'module', main: 'functions.js' });
      expect(manifest).not.toHaveProperty('dependencies');
      expect(decode(entriesOf(app)['host.json'])).toContain('"messageEncoding": "none"');
    },
  );

  it.each(apps)('of %s has a bill of materials: every bundled package with version, licence and hash', (app) => {
    const bill = JSON.parse(decode(entriesOf(app)['sbom.cdx.json']));
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: `consentinel-${app}` } } });
    const notices = decode(entriesOf(app)['THIRD_PARTY_NOTICES.txt']);
    const bundled = [...notices.matchAll(/^((?:@[\w.-]+\/)?[\w.-]+) (\d[\w.-]*) \([^)]+\)$/gm)].map(
      ([, name, version]) => `${name}@${version}`,
    );
    const components: { 'bom-ref': string; name: string; version: string; purl: string }[] = bill.components;
    expect(components.map((component) => component['bom-ref']).sort()).toEqual(bundled.sort());
    expect(bundled).toEqual(expect.arrayContaining([expect.stringMatching(/^@azure\/functions@4\./)]));
    for (const { name, version, purl, ...component } of components) {
      expect(purl).toBe(`pkg:npm/${name.replace('@', '%40')}@${version}`);
      expect(component).toMatchObject({ licenses: [expect.anything()], hashes: [{ alg: 'SHA-512' }] });
    }
    const [product, ...others]: { ref: string; dependsOn: string[] }[] = bill.dependencies;
    expect(product?.dependsOn).toEqual(bundled);
    for (const { dependsOn } of others) expect(bundled).toEqual(expect.arrayContaining(dependsOn));
    expect(JSON.stringify(bill)).not.toMatch(/timestamp|serialNumber|registry|"cdx:npm:package:development"/);
  });

  it('are the same to the byte when they are made again, in another time zone too', async () => {
    const env = { ...bareEnvironment(), TZ: 'Asia/Kathmandu' };
    await run(process.execPath, ['scripts/package.js', '--out', path.join(folder, 'two/deeper')], { env });
    for (const app of apps) {
      const [one, two] = await Promise.all(['one', 'two/deeper'].map((out) => zipOf(out, app)));
      expect([app, one?.equals(two ?? Buffer.alloc(0))]).toEqual([app, true]);
    }
  });

  it('can be made one by one', async () => {
    await run(process.execPath, ['scripts/package.js', '--out', path.join(folder, 'three'), '--app', 'web']);
    expect((await readdir(path.join(folder, 'three'))).sort()).toEqual(['consentinel-0.1.0-web.zip', 'web']);
    await expect(run(process.execPath, ['scripts/package.js', '--app', 'scaner'])).rejects.toMatchObject({
      stderr: expect.stringContaining('--app scaner: give one of scanner, web, remediator.'),
    });
  });
});

describe('the npm package', () => {
  let packed: string[] = [];
  const consentinel = (...args: string[]) =>
    run(process.execPath, [path.join(folder, 'home/node_modules/consentinel/dist/cli.js'), ...args], {
      cwd: path.join(folder, 'home'),
      env: { ...bareEnvironment(), TENANT_ID: '0c0ffee0-7e57-4e57-8e57-0c0ffee00001' },
    });

  beforeAll(async () => {
    // The scripts would rebuild dist/ while other tests use it.
    const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      shell: needsShell,
    });
    const [{ filename, files }] = JSON.parse(stdout);
    packed = files.map((file: { path: string }) => file.path);
    await mkdir(path.join(folder, 'home'));
    // As npm installs it, without a registry: the package, and copies of its dependencies.
    await run('tar', ['-xzf', path.join(folder, filename)], { cwd: folder });
    await cp(path.join(folder, 'package'), path.join(folder, 'home/node_modules/consentinel'), { recursive: true });
    const list = await run('npm', ['ls', '--omit=dev', '--all', '--parseable'], { shell: needsShell });
    for (const dependency of list.stdout.trim().split('\n').slice(1)) {
      const place = path.join(folder, 'home', path.relative(process.cwd(), dependency));
      await cp(dependency, place, { recursive: true });
    }
  });

  it('needs SQLite and no other package', async () => {
    const installed = await readdir(path.join(folder, 'home/node_modules'));
    const ofLibsql = ['@libsql', '@neon-rs', 'detect-libc', 'libsql'];
    expect(installed.filter((name) => !ofLibsql.includes(name))).toEqual(['consentinel']);
    expect((await json('package.json')).dependencies).toEqual({ libsql: expect.stringMatching(/^[\d.]+$/) });
  });

  it('takes at most 60 MB with its dependencies, and 10 MB of its own', async () => {
    const sizeOf = async (place: string) => {
      const entries = await readdir(place, { recursive: true, withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile())
        .map((entry) => stat(path.join(entry.parentPath, entry.name)));
      return (await Promise.all(files)).reduce((sum, { size }) => sum + size, 0);
    };
    const modules = path.join(folder, 'home/node_modules');
    expect(await sizeOf(modules)).toBeLessThan(60_000_000);
    expect(await sizeOf(path.join(modules, 'consentinel'))).toBeLessThan(10_000_000);
  });

  it('comes with a bill of materials, and needs no script that npm runs by itself', async () => {
    const { scripts, files } = await json('package.json');
    expect(scripts.pack).toContain('build -- --sbom && npm pack');
    expect(files).toContain('dist/sbom.cdx.json');
    // With ignore-scripts npm runs none of these.
    expect(await readFile('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m);
    const implicit = Object.keys(scripts).filter((name) => /^(pre|post|prepare|install)/.test(name));
    expect(implicit).toEqual([]);
  });

  it('holds the command line, without maps, sources and the bench', () => {
    expect(packed).toEqual(
      expect.arrayContaining([
        'dist/cli.js',
        'README.md',
        'LICENSE',
        'dist/THIRD_PARTY_NOTICES.txt',
        'powershell/Consentinel/Consentinel.psd1',
      ]),
    );
    expect(packed.filter((file) => /^(src|test|infra|bench)\/|\.map$|bench\.js|\.zip$/.test(file))).toEqual([]);
    const folders = new Set(packed.map((file) => (file.includes('/') ? file.split('/', 1)[0] : file)));
    expect([...folders].sort()).toEqual(
      ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'docs', 'host.json', 'package.json', 'powershell'].sort(),
    );
    const inDist = packed.filter((file) => file.startsWith('dist/') && !file.endsWith('.js'));
    // `npm run pack` adds the bill of materials.
    expect(inDist.filter((file) => file !== 'dist/sbom.cdx.json')).toEqual(['dist/THIRD_PARTY_NOTICES.txt']);
  });

  it('runs', async () => {
    const { stdout } = await consentinel('rules', '--json');
    expect(JSON.parse(stdout).map(({ id }: { id: string }) => id)).toEqual(rules.map(({ id }) => id));
    expect((await consentinel('--help')).stdout).toContain('consentinel [options] [command]');
  });

  it('shows a whole night, without warnings, and names its next commands as the user calls them', async () => {
    const home = path.join(folder, 'home');
    const { stdout, stderr } = await consentinel('demo');
    expect(stderr).not.toMatch(/warn/i);
    expect(stdout).toMatch(/\n {2}\d{4}-\d\d-\d\d {2}\d+ open findings: \d+ new, 0 resolved\n/);
    expect(stdout).toMatch(/Findings: \d+ new, 48 open/);
    expect(stdout).toContain('Applied and verified');
    expect(stdout).toMatch(/\n {2}consentinel serve +the review page/);
    expect(await readdir(path.join(home, '.consentinel/night'))).toEqual(['mail.eml', 'report.html']);
    await rm(path.join(home, '.consentinel'), { recursive: true });
  });

  it('stores findings in one file where no storage is named', async () => {
    const { stdout, stderr } = await consentinel('findings', '--format', 'json');
    const notKnown = 'No scan of this tenant has finished, so its findings are not known. Run `consentinel scan`.\n';
    expect([JSON.parse(stdout), stderr]).toEqual([[], notKnown]);
    expect(await readdir(path.join(folder, 'home/.consentinel'))).toEqual(['consentinel.db']);
  });

  it('says what to do where no storage is named and SQLite has no program for the system', async () => {
    await rm(path.join(folder, 'home/node_modules/@libsql'), { recursive: true });
    const failed = await consentinel('findings').catch((error) => error);
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('Install without --omit=optional') });
  });
});
