import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { runFunctions } from './support/run-function.js';

// The steps of `azd up` in the order of azd, from Azure/azure-dev at ae35809:
// - internal/cmd/service_graph.go, addServiceStepsToGraph: the packages of all services are made at the same time.
// - pkg/project/service_manager.go, Package: restores, then runs the hook `prepackage`, then the framework's package step.
// - pkg/project/framework_service_node.go, Package: `npm run build --if-present` in the service's `project`, then takes
//   the folder `project`/`dist`, which must not be empty.
// - pkg/project/project_utils.go, createDeployableZip: leaves out .azure and local.settings.json.
// It does not restore, because node_modules is newer than the lock file (pkg/tools/node, IsDependenciesUpToDate).

interface Service {
  readonly name: string;
  readonly project: string;
  readonly dist: string;
  readonly prepackage: string;
}

/** The services of azure.yaml, with the hook for this platform. */
async function servicesOfAzd(): Promise<Service[]> {
  const [, services = ''] = /^services:\n([\s\S]*?)^\S/m.exec(await readFile('azure.yaml', 'utf8')) ?? [];
  const platform = process.platform === 'win32' ? 'windows' : 'posix';
  return services
    .split(/^ {2}(?=\w)/m)
    .filter(Boolean)
    .map((text) => {
      const value = (pattern: RegExp) => pattern.exec(text)?.[1] ?? '';
      return {
        name: value(/^(\w+):/),
        project: value(/^ {4}project: (.+)$/m),
        dist: value(/^ {4}dist: (.+)$/m),
        prepackage: value(new RegExp(`prepackage:\\n(?:.*\\n)*? {8}${platform}:\\n {10}shell: .+\\n {10}run: (.+)`)),
      };
    });
}

function command(line: string, cwd: string): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(line, { cwd, shell: true, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += text;
    });
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`${line}: exit code ${code}. ${errors}`))));
  });
}

/** Packages one service as azd does, and gives the path of the folder that azd would zip. */
async function packaged({ project, dist, prepackage }: Service): Promise<string> {
  await command(prepackage, project);
  await command('npm run build --if-present', project);
  const folder = path.join(project, dist);
  if ((await readdir(folder)).length === 0) throw new Error(`package source '${folder}' is empty`);
  return folder;
}

let uploaded = '';
let missing = 0;
let services: Service[] = [];
beforeAll(async () => {
  uploaded = await mkdtemp(path.join(tmpdir(), 'consentinel-azd-'));
  services = await servicesOfAzd();
  const watch = setInterval(() => {
    if (!existsSync('dist/cli.js')) missing++;
  }, 20);
  const folders = await Promise.all(services.map(packaged)).finally(() => clearInterval(watch));
  const excluded = (file: string) => ['.azure', 'local.settings.json'].includes(path.basename(file));
  for (const [i, { name }] of services.entries())
    await cp(folders[i] ?? '', path.join(uploaded, name), { recursive: true, filter: (file) => !excluded(file) });
}, 180_000);
afterAll(() => rm(uploaded, { recursive: true, force: true }));

it('packages every service of azure.yaml', () => {
  expect(services.map(({ name }) => name)).toEqual(['scanner', 'web', 'remediator']);
  for (const service of services) expect(Object.values(service)).not.toContain('');
});

it.each([
  ['scanner', ['alerts', 'alertsPoison', 'catchUp', 'health', 'nightlyScan', 'scanRequests', 'scanRequestsPoison']],
  ['web', ['web']],
  ['remediator', ['remediations', 'remediationsPoison']],
])('the folder that azd uploads for %s loads its functions, and nothing else is needed', async (name, names) => {
  const { functions } = await runFunctions([], {}, path.join(uploaded, name, 'functions.js'));
  expect(Object.keys(functions).sort()).toEqual(names);
  expect(await readdir(path.join(uploaded, name))).not.toContain('node_modules');
});

it('builds for several services at once: a file is replaced, never missing', async () => {
  expect(missing).toBe(0);
  const files = await readdir('dist');
  expect(files).toEqual(expect.arrayContaining(['cli.js', 'functions.js', 'functions-core.js', 'night.js']));
  expect(files.filter((file) => file.endsWith('.writing'))).toEqual([]);
});
