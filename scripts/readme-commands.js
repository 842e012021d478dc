// Runs the commands of README.md in order, in bash and in PowerShell, each in a clean copy of the repository, against the
// simulated tenant. It takes minutes, so the workflow runs it, and `npm test` does not. It ends with exit code 1 if a command fails.
//
//   node scripts/readme-commands.js [--shell bash] [--shell pwsh] [--installed]
//
// --installed uses the node_modules of this folder instead of `npm ci`.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    shell: { type: 'string', multiple: true, default: ['bash', 'pwsh'] },
    installed: { type: 'boolean', default: false },
  },
});
const windows = process.platform === 'win32';
const localPwsh = path.resolve('.cache/pwsh/pwsh');
const shells = {
  bash: (command) => ['bash', ['-c', command]],
  pwsh: (command) => [
    process.env.PWSH ?? (existsSync(localPwsh) ? localPwsh : 'pwsh'),
    ['-NoProfile', '-NonInteractive', '-Command', `${command}; exit $LASTEXITCODE`],
  ],
};

/** What needs Azure, a signed-in person or a directory; and the tests, which are the caller of this script. */
const leftOut = [
  [/^(az|azd) /, 'needs Azure'],
  [/grant-permissions/, 'needs a directory'],
  [/^npm test/, 'is a job of its own'],
  [/^(npx|npm install|consentinel) /, 'needs the npm package, which test/package.test.ts runs'],
];

/** The commands of the README for a shell: of a PowerShell block instead of the bash block before it. */
function commandsFor(shell) {
  const blocks = [...readFileSync('README.md', 'utf8').matchAll(/^```(sh|powershell)\n([\s\S]*?)^```/gm)];
  const used = blocks.filter(([, language], i) => {
    if (language === 'powershell') return shell === 'pwsh';
    return shell === 'bash' || blocks[i + 1]?.[1] !== 'powershell';
  });
  const lines = used.flatMap(([, , text]) => text.split('\n'));
  return lines.map((line) => line.replace(/\s+#.*$/, '').trim()).filter((line) => line && !line.startsWith('#'));
}

/** A copy of the files that git would commit. */
function cleanCopy() {
  const folder = mkdtempSync(path.join(tmpdir(), 'consentinel-readme-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  for (const file of listed.split('\0').filter((name) => name && existsSync(name)))
    cpSync(file, path.join(folder, file));
  return folder;
}

/** Starts a program that runs until it is stopped, and waits for a text on its output. */
async function started([file, args], options, pattern) {
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'], detached: !windows });
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    if (pattern.test(text)) break;
  }
  if (!pattern.test(text)) throw new Error(`${file} ${args.join(' ')} ended early: ${text}`);
  const stop = async () => {
    if (windows) spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f']);
    else process.kill(-child.pid, 'SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  return { text, stop };
}

/** The settings of the simulated tenant. Without a remediator, as the README executes plans with --write. */
function settingsOf(text) {
  const found = Object.fromEntries([...text.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
  const { REMEDIATOR_CLIENT_ID: writer, ...reading } = found;
  return { reading, writing: { ...reading, READER_CLIENT_ID: writer } };
}

/** Replaces the placeholders by values of the tenant. `suppress` gets another finding than `approve`. */
function withValues(command, findings) {
  const [first, second] = findings.filter(({ remediation }) => remediation?.status === 'proposed');
  const id = command.includes(' suppress ') ? second?.id : first?.id;
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  return command
    .replace(/\bID\b/, id)
    .replace(/\bAPPID\b/, first?.appId)
    .replace(/ --user UPN\b/, '')
    .replace(/--until \S+/, `--until ${until}`);
}

/** Runs the commands in one shell. @returns the number of failures */
async function runIn(name) {
  const folder = cleanCopy();
  const options = { cwd: folder, env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' } };
  let graph;
  let settings;
  let findings = [];
  let failures = 0;
  if (values.installed) symlinkSync(path.resolve('node_modules'), path.join(folder, 'node_modules'), 'junction');
  for (const line of commandsFor(name)) {
    const reason =
      leftOut.find(([pattern]) => pattern.test(line))?.[1] ?? (values.installed && line === 'npm ci' && 'installed');
    if (reason) {
      console.log(`${name}: left out, ${reason}: ${line}`);
      continue;
    }
    if (line.startsWith('node dist/cli.js') && !graph) {
      graph = await started(['node', ['dist/cli.js', 'simulate']], options, /REMEDIATOR_CLIENT_ID=.*\n/);
      settings = settingsOf(graph.text);
      Object.assign(options.env, settings.reading);
    }
    const command = withValues(line, findings);
    const begin = performance.now();
    // The person who executes plans has the rights to write.
    const env = { ...options.env, ...(/ --write\b/.test(line) && settings?.writing) };
    const failure = await failureOf(shells[name](command), { ...options, env }, / serve\b/.test(line));
    console.log(
      `${name}: ${failure ? `FAILED (${failure})` : 'ok'}, ${((performance.now() - begin) / 1000).toFixed(1)} s: ${command}`,
    );
    if (failure) failures += 1;
    if (/ scan\b/.test(line)) findings = readFindings(options);
  }
  await graph?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  return failures;
}

function readFindings(options) {
  const text = execFileSync('node', ['dist/cli.js', 'findings', '--output', 'json'], {
    ...options,
    maxBuffer: 2 ** 28,
  });
  return JSON.parse(String(text));
}

/** Why a command failed; undefined if it did not. A server must print an address. */
async function failureOf([file, args], options, server) {
  if (server) {
    const running = await started([file, args], options, /https?:\/\//).catch((error) => error);
    if (running instanceof Error) return running.message;
    await running.stop();
    return undefined;
  }
  const { status, error, stdout, stderr } = spawnSync(file, args, { ...options, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status === 0) return undefined;
  return `${error?.message ?? `exit code ${status}`}: ${`${stdout ?? ''}${stderr ?? ''}`.slice(-2000)}`;
}

let failures = 0;
for (const name of values.shell) failures += await runIn(name);
console.log(failures === 0 ? 'All commands of the README ran.' : `${failures} commands failed.`);
process.exit(failures === 0 ? 0 : 1);
