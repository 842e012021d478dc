import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from '@jest/globals';
import { describeOnPosix, describeUnless } from './left-out.js';
import { PowerShellServer, powerShell } from './powershell.js';
import { StandInAz } from './stand-in-az.js';

const execute = promisify(execFile);

/** A shell, and how its scripts spell their options. */
export interface Shell {
  readonly name: 'sh' | 'ps1';
  /** `dry-run` as `--dry-run` or `-DryRun`. */
  option(name: string): string;
  run(file: string, args: readonly string[], settings: Record<string, string>): Promise<{ code: number; text: string }>;
}

export const sh: Shell = {
  name: 'sh',
  option: (name) => `--${name}`,
  async run(file, args, settings) {
    const env = { HOME: process.env.HOME, ...settings };
    const { code = 0, stdout, stderr } = await execute('sh', [file, ...args], { env }).catch((error) => error);
    return { code, text: `${stdout}${stderr}` };
  },
};
const pascal = (name: string) => name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());

/** Describes what both forms of a script do. The stand-in for `az` is a script of bash. */
export function describeScript(script: string, tests: (shell: Shell) => void): void {
  describeOnPosix(`${script}.sh`, () => tests(sh));
  const program = powerShell();
  const server = new PowerShellServer(program ?? 'pwsh');
  const ps1: Shell = {
    name: 'ps1',
    option: (name) => `-${pascal(name)}`,
    run: (file, args, settings) => server.run(file, args, settings),
  };
  afterAll(() => server.stop());
  if (program) describeOnPosix(`${script}.ps1`, () => tests(ps1));
  else describeUnless('no pwsh was found (see .ci/run)', `${script}.ps1`, () => tests(ps1));
}

/** The result of a script. */
export interface ScriptRun {
  readonly code: number;
  /** What the script printed, on all streams. */
  readonly shown: string;
  /** The calls of `az` and `azd`. */
  readonly calls: readonly string[];
  /** Those of them that change something. The directory counts the requests to Graph. */
  readonly writes: readonly string[];
}

/** A folder with `az` and `azd` that keep their state in its files. */
export class StandIn {
  private constructor(
    readonly folder: string,
    readonly az: StandInAz,
  ) {}

  static async create(): Promise<StandIn> {
    const folder = await mkdtemp(path.join(tmpdir(), 'consentinel-scripts-'));
    const standIn = new StandIn(folder, new StandInAz(folder));
    for (const name of ['bin', 'env']) await mkdir(standIn.at(name));
    await standIn.#program('az', await standIn.az.start());
    await standIn.#program(
      'azd',
      `#!/bin/sh
echo "azd $*" >>'${standIn.at('calls')}'
case "$*" in
  'env get-value '*) cat '${folder}'"/env/$3" 2>/dev/null || { echo "ERROR: key '$3' not found"; exit 1; } ;;
  'env set '*) [ ! -e '${standIn.at('refuse-azd')}' ] || exit 1; printf %s "$4" >'${folder}'"/env/$3" ;;
  *) exit 9 ;;
esac
`,
    );
    return standIn;
  }

  async close(): Promise<void> {
    this.az.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  at(name: string): string {
    return path.join(this.folder, name);
  }
  write(name: string, content = ''): Promise<void> {
    return writeFile(this.at(name), content);
  }
  remove(name: string): Promise<void> {
    return rm(this.at(name), { recursive: true, force: true });
  }
  /** The azd environment. */
  environment(): Record<string, string> {
    const names = readdirSync(this.at('env'));
    return Object.fromEntries(names.map((name) => [name, readFileSync(this.at(`env/${name}`), 'utf8')]));
  }

  /** Runs a script of infra/scripts/. */
  async run(
    shell: Shell,
    script: string,
    args: readonly string[],
    settings: Record<string, string> = {},
  ): Promise<ScriptRun> {
    await this.remove('calls');
    const file = path.resolve(`infra/scripts/${script}.${shell.name}`);
    const { code, text } = await shell.run(file, args, { PATH: `${this.at('bin')}:${process.env.PATH}`, ...settings });
    const log = await readFile(this.at('calls'), 'utf8').catch(() => '');
    const calls = log.split('\n').filter(Boolean);
    const writes = calls.filter((call) => / immutability-policy lock |azd env set /.test(call));
    return { code, shown: text, calls, writes };
  }

  async #program(name: string, content: string): Promise<void> {
    await this.write(`bin/${name}`, content);
    await chmod(this.at(`bin/${name}`), 0o755);
  }
}
