// Compiles and lints infra/main.bicep with the Bicep compiler, without warnings, and writes infra/azuredeploy.json. It compiles
// infra/sentinel/sentinel.bicep too. With
// --check it writes nothing and exits 1 if that file is stale. The compiler is a NuGet package, restored to .cache/; BICEP
// names another one. Where there is none and it cannot be restored, one line says so, and the exit code is 0. With GRAPH_TYPES it
// compiles infra/graph/main.bicep too: the folder with the index.json of the published types of the Microsoft Graph extension
// (microsoftgraph/msgraph-bicep-types, generated/microsoftgraph/microsoft.graph/v1.0/1.0.0), instead of its registry.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nugetPackage } from './nuget-package.js';

const version = '0.49.2';
const source = 'infra/main.bicep';
const target = 'infra/azuredeploy.json';

/**
 * The path of the compiler, which is restored where it is missing.
 * @returns {string | undefined} undefined where there is none
 */
function bicepCompiler() {
  if (process.env.BICEP) return process.env.BICEP;
  const os = { darwin: 'osx', linux: 'linux', win32: 'win' }[process.platform];
  const id = `Azure.Bicep.CommandLine.${os}-${process.arch}`;
  const compiler = path.join(
    nugetPackage('.cache/bicep', id, version) ?? '.cache',
    'tools',
    os === 'win' ? 'bicep.exe' : 'bicep',
  );
  if (!existsSync(compiler)) return undefined;
  chmodSync(compiler, 0o755);
  return compiler;
}

/**
 * Compiles the template.
 * @param {string} compiler
 * @returns {{ template: string, diagnostics: string }} `diagnostics` is empty where there are no errors and no warnings
 */
function compiled(compiler, file = source) {
  // `build` reports the findings of the linter too.
  const { stdout, stderr, error } = run(compiler, ['build', file, '--stdout']);
  return { template: stdout, diagnostics: error ? `${compiler}: ${error.message}` : stderr.trim() };
}

function run(compiler, args) {
  const env = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' };
  return spawnSync(compiler, args, { encoding: 'utf8', maxBuffer: 2 ** 26, env });
}

/**
 * Compiles the module of the Graph extension in a copy whose configuration names local types.
 * @param {string} compiler
 * @param {string} types the folder with index.json
 * @returns {string} the diagnostics; empty where there are no errors and no warnings
 */
function compileGraph(compiler, types) {
  const folder = path.resolve('.cache/graph-extension');
  cpSync('infra', path.join(folder, 'infra'), { recursive: true });
  const archive = path.join(folder, 'types.tgz');
  const published = run(compiler, [
    'publish-extension',
    path.join(types, 'index.json'),
    '--target',
    archive,
    '--force',
  ]);
  if (published.status !== 0) return published.stderr;
  const configuration = { extensions: { microsoftGraphV1: '../../types.tgz' } };
  writeFileSync(path.join(folder, 'infra/graph/bicepconfig.json'), JSON.stringify(configuration));
  return compiled(compiler, path.join(folder, 'infra/graph/main.bicep')).diagnostics;
}

function main() {
  const compiler = bicepCompiler();
  if (!compiler) {
    console.error(`The Bicep compiler ${version} could not be restored from NuGet: ${source} was NOT compiled.`);
    return 0;
  }
  const { template, diagnostics } = compiled(compiler);
  if (diagnostics) {
    console.error(diagnostics);
    return 1;
  }
  const sentinel = compiled(compiler, 'infra/sentinel/sentinel.bicep').diagnostics;
  if (sentinel) {
    console.error(sentinel);
    return 1;
  }
  const graph = process.env.GRAPH_TYPES ? compileGraph(compiler, process.env.GRAPH_TYPES) : undefined;
  if (graph) {
    console.error(graph);
    return 1;
  }
  const stale = !existsSync(target) || readFileSync(target, 'utf8') !== template;
  if (stale && process.argv.includes('--check')) {
    console.error(`Stale: ${target}. Run npm run infra.`);
    return 1;
  }
  if (stale) writeFileSync(target, template);
  const found = execFileSync(compiler, ['--version'], { encoding: 'utf8' }).trim();
  console.log(`${source}: compiled and linted without warnings (${found}).`);
  console.log('infra/sentinel/sentinel.bicep: compiled without warnings.');
  const notCompiled = 'NOT compiled, because GRAPH_TYPES is not set; a test compares its properties with a list';
  console.log(`infra/graph/main.bicep: ${graph === undefined ? notCompiled : 'compiled without warnings'}.`);
  return 0;
}

process.exitCode = main();
