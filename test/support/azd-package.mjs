// The steps of `azd package` and `azd deploy` in the order of azd, from Azure/azure-dev at ae35809:
// - internal/cmd/service_graph.go, addServiceStepsToGraph: the packages of all services are made at the same time.
// - pkg/project/service_manager.go, Package: restores, then runs the hook `prepackage`, then the framework's package step.
// - pkg/project/framework_service_node.go, Package: `npm run build --if-present` in the service's `project`, then takes
//   the folder `project`/`dist`, which must not be empty.
// - pkg/project/project_utils.go, createDeployableZip: leaves out .azure and local.settings.json.
// It does not restore, because node_modules is newer than the lock file (pkg/tools/node, IsDependenciesUpToDate). A service
// whose condition is not true is left out.
//
//   node test/support/azd-package.mjs FOLDER     copies what azd would upload to FOLDER/<service>, and prints the services
import { spawn } from 'node:child_process';
import { cp, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The services of azure.yaml, with the hook for this platform. */
async function servicesOfAzd() {
  const [, services = ''] = /^services:\n([\s\S]*?)^\S/m.exec(await readFile('azure.yaml', 'utf8')) ?? [];
  const platform = process.platform === 'win32' ? 'windows' : 'posix';
  return services
    .split(/^ {2}(?=\w)/m)
    .filter(Boolean)
    .map((text) => {
      const value = (pattern) => pattern.exec(text)?.[1] ?? '';
      return {
        name: value(/^(\w+):/),
        condition: value(/^ {4}condition: \$\{(\w+)\}$/m),
        project: value(/^ {4}project: (.+)$/m),
        dist: value(/^ {4}dist: (.+)$/m),
        prepackage: value(new RegExp(`prepackage:\\n(?:.*\\n)*? {8}${platform}:\\n {10}shell: .+\\n {10}run: (.+)`)),
      };
    });
}

function command(line, cwd) {
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
async function packaged({ project, dist, prepackage }) {
  await command(prepackage, project);
  await command('npm run build --if-present', project);
  const folder = path.join(project, dist);
  if ((await readdir(folder)).length === 0) throw new Error(`package source '${folder}' is empty`);
  return folder;
}

const [out] = process.argv.slice(2);
const services = (await servicesOfAzd()).filter(({ condition }) => !condition || process.env[condition] === 'true');
const folders = await Promise.all(services.map(packaged));
const excluded = (file) => ['.azure', 'local.settings.json'].includes(path.basename(file));
for (const [i, { name }] of services.entries())
  await cp(folders[i], path.join(out, name), { recursive: true, filter: (file) => !excluded(file) });
console.log(JSON.stringify(services));
