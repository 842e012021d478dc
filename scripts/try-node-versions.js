// Runs the built program with several versions of Node.js: the packages of the function apps, the command line, and one whole
// night against the simulated tenant. The versions come from npm (the packages `node-<platform>-<arch>` contain the binaries)
// and go to a temporary folder. It needs a build (npm run build) and ends with exit code 1 if a step fails.
//
//   node scripts/try-node-versions.js [--version 20.19] [--version 22] ...
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { version: { type: 'string', multiple: true, default: ['20.19', '22', '24'] } },
});
const folder = mkdtempSync(path.join(tmpdir(), 'node-versions-'));
const system = process.platform === 'win32' ? 'win' : process.platform;
const shell = process.platform === 'win32';

/** The program of a version. */
function nodeOf(version) {
  const prefix = path.join(folder, version);
  mkdirSync(prefix, { recursive: true });
  const name = `node-${system}-${process.arch}`;
  const options = ['--no-save', '--no-package-lock', '--prefix', prefix];
  execFileSync('npm', ['install', ...options, `${name}@${version}`], { stdio: 'ignore', shell });
  return path.join(prefix, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** Loads the functions of a package as the worker does, and invokes one that needs no settings. */
const loading = (app) => `
  import { installFunctionsCore } from ${JSON.stringify(pathToFileURL(path.resolve('dist/functions-core.js')).href)};
  const core = installFunctionsCore();
  await import(${JSON.stringify(pathToFileURL(path.join(folder, 'package', app, 'functions.js')).href)});
  if (core.functions.size === 0) throw new Error('no functions');
  if (core.functions.has('health')) {
    const { http } = await core.invoke('health', { http: { method: 'GET', url: 'https://app.example/api/health' } });
    if (!/^\\{"status":/.test(http?.body ?? '')) throw new Error('health: ' + JSON.stringify(http));
  }
  console.log(core.functions.size + ' functions');
  process.exit(0);`;

const steps = [
  ...['scanner', 'web', 'remediator'].map((app) => [`package ${app}`, ['--input-type=module', '--eval', loading(app)]]),
  ['command line', [path.resolve('dist/cli.js'), 'rules', '--json']],
  ['one night', [path.resolve('dist/cli.js'), 'demo']],
];

try {
  const packages = ['scripts/package.js', '--out', path.join(folder, 'package')];
  execFileSync(process.execPath, packages, { stdio: 'ignore' });
  for (const version of values.version) {
    const node = nodeOf(version);
    const exact = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    for (const [name, args] of steps) {
      const cwd = mkdtempSync(path.join(folder, 'empty-'));
      const { PATH, HOME, SystemRoot, TEMP, USERPROFILE } = process.env;
      const env = { PATH, HOME, SystemRoot, TEMP, USERPROFILE };
      const { status, stderr } = spawnSync(node, args, { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 26 });
      console.log(`${exact} ${name}: ${status === 0 ? 'ok' : `FAILED (${status})`}`);
      if (status === 0) continue;
      console.log(stderr.split('\n').slice(-12).join('\n'));
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
