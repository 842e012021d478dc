import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig, settingNames } from '../src/config.js';
import { connectStorage } from '../src/storage/azure/connect-storage.js';
import { needsShell } from './support/bare-environment.js';
import { runFunctions } from './support/run-function.js';

const run = promisify(execFile);
const text = (file: string) => readFileSync(file, 'utf8');

/** Variables that are not settings of this program: of `@azure/identity`, and of the Functions host. */
const others =
  /^(AZURE_(TENANT_ID|CLIENT_ID|CLIENT_CERTIFICATE_PATH)|AzureWebJobsStorage|ConsentinelStorage__accountName)$/;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'consentinel-image-'));
  await mkdir(path.join(folder, 'cli'));
  // The steps of the stage `build`, without `npm ci`.
  await run(process.execPath, ['scripts/package.js', '--app', 'scanner', '--out', path.join(folder, 'package')]);
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { shell: needsShell });
  const [archive = ''] = (await readdir(folder)).filter((file) => file.endsWith('.tgz'));
  await run('tar', ['-xzf', path.join(folder, archive), '-C', path.join(folder, 'cli')]);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the Dockerfile', () => {
  const lines = text('Dockerfile').split('\n');

  it('copies what the build makes, and from no other place', () => {
    const copies = lines.filter((line) => line.startsWith('COPY')).map((line) => line.split(/\s+/).slice(1));
    expect(copies).toEqual([
      ['.', '.'],
      ['--from=build', '/src/package/scanner', '/home/site/wwwroot'],
      ['--from=build', '/out/package', '/app'],
    ]);
    for (const stage of ['scanner']) expect(existsSync(path.join(folder, 'package', stage, 'host.json'))).toBe(true);
    expect(existsSync(path.join(folder, 'cli', 'package', 'dist', 'cli.js'))).toBe(true);
    // What the build needs is not left out of its context.
    const ignored = text('.dockerignore').split('\n').filter(Boolean);
    for (const needed of [
      'src',
      'scripts',
      'package.json',
      'package-lock.json',
      '.npmrc',
      'host.json',
      'docs',
      'LICENSE',
      'test',
      'bench',
    ])
      expect([needed, ignored.includes(needed), existsSync(needed)]).toEqual([needed, false, true]);
    expect(ignored).toEqual(expect.arrayContaining(['secrets', 'node_modules', '.git']));
  });

  it('runs as a user without rights, and uses the deployed version of Node.js', () => {
    expect(lines).toContain('USER node');
    const version = /name: 'node',\s+version: '(\d+)'/.exec(text('infra/app/function-app.bicep'))?.[1];
    expect(lines).toContain(`ARG NODE_IMAGE=node:${version}-bookworm-slim`);
    expect(lines).toContain(`ARG FUNCTIONS_IMAGE=mcr.microsoft.com/azure-functions/node:4-node${version}`);
  });

  it('has an entry point that runs with the copied files alone', async () => {
    const entry = path.join(folder, 'cli', 'package', 'dist', 'cli.js');
    const empty = await mkdtemp(path.join(folder, 'empty-'));
    const { stdout } = await run(process.execPath, [entry, 'rules', '--json'], { cwd: empty, env: { PATH: '' } });
    expect(JSON.parse(stdout).length).toBeGreaterThan(20);
  });

  it('has functions that load with the copied files alone', async () => {
    const { functions } = await runFunctions([], {}, path.join(folder, 'package', 'scanner', 'functions.js'));
    expect(Object.keys(functions)).toContain('nightlyScan');
  });
});

interface Service {
  readonly build?: { readonly target: string };
  readonly command?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly network_mode?: string;
  readonly secrets?: readonly string[];
}

describe('compose.yaml', () => {
  const compose = parse(text('compose.yaml'), { merge: true }) as {
    services: Record<'storage' | 'scanner' | 'page', Service>;
    secrets: Record<string, { file: string }>;
  };
  const { storage, scanner, page } = compose.services;

  it('sets declared settings and documents each value that a user gives', () => {
    for (const { environment } of [scanner, page])
      for (const name of Object.keys(environment))
        expect([name, others.test(name) || settingNames.includes(name)]).toEqual([name, true]);
    const docs = text('docs/self-host.md');
    for (const [, name = ''] of text('compose.yaml').matchAll(/\$\{(\w+)/g)) expect(docs).toContain(name);
  });

  it('publishes nothing but on loopback, and reaches storage by loopback', () => {
    for (const port of storage.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect([scanner.network_mode, page.network_mode]).toEqual(['service:storage', 'host']);
    expect(page.command).toContain('--host 127.0.0.1');
    expect(compose.secrets['reader-certificate']?.file).toBe('./secrets/reader.pem');
    expect(text('.gitignore')).toMatch(/^secrets\/?$/m);
  });

  it('gives a connection string and settings that the program accepts', () => {
    const key = Buffer.alloc(64, 7).toString('base64');
    for (const { environment } of [scanner, page]) {
      const filled = Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [
          name,
          value
            .replace(/\$\{STORAGE_KEY[^}]*\}/, key)
            .replace(/\$\{AZURE_TENANT_ID[^}]*\}/, '0c0ffee0-7e57-4e57-8e57-0c0ffee00001')
            .replace(/\$\{\w+:-([^}]*)\}/, '$1'),
        ]),
      );
      const config = readConfig(filled);
      if (config.storage.kind !== 'connection-string') throw new Error('No connection string.');
      expect(connectStorage(config.storage).place).toBe('http://127.0.0.1:10002/consentinel');
    }
  });
});

describe('deploy/kubernetes/cronjob.yaml', () => {
  const [account, job] = parseAllDocuments(text('deploy/kubernetes/cronjob.yaml')).map((one) => one.toJS());
  const pod = job.spec.jobTemplate.spec.template;
  const [container] = pod.spec.containers;

  it('is a CronJob that uses workload identity without rights', () => {
    expect([account.kind, job.kind, job.apiVersion]).toEqual(['ServiceAccount', 'CronJob', 'batch/v1']);
    expect(pod.metadata.labels).toEqual({ 'azure.workload.identity/use': 'true' });
    expect(pod.spec.serviceAccountName).toBe(account.metadata.name);
    expect(pod.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(container.securityContext).toMatchObject({ readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    expect(job.spec.concurrencyPolicy).toBe('Forbid');
  });

  it('sets declared settings and runs an existing command', async () => {
    for (const { name } of container.env)
      expect([name, others.test(name) || settingNames.includes(name)]).toEqual([name, true]);
    const [command, ...options] = container.args;
    const { stdout } = await run(process.execPath, ['dist/cli.js', command, '--help']);
    for (const option of options) expect(stdout).toContain(option);
    const limit = /"functionTimeout": "0?(\d+):/.exec(text('host.json'))?.[1];
    expect(job.spec.jobTemplate.spec.activeDeadlineSeconds).toBe(Number(limit) * 3600);
  });
});
