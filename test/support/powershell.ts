import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';

const environment = {
  ...process.env,
  // Without ICU, .NET starts only in this mode.
  DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1',
  POWERSHELL_TELEMETRY_OPTOUT: '1',
  POWERSHELL_UPDATECHECK: 'Off',
};

/** PowerShell: of the variable PWSH, of .cache/pwsh/ (see .ci/run), or on the PATH. Undefined where there is none. */
export function powerShell(): string | undefined {
  for (const candidate of [process.env.PWSH, path.resolve('.cache/pwsh/pwsh'), 'pwsh']) {
    if (!candidate) continue;
    try {
      execFileSync(candidate, ['-NoProfile', '-Command', 'exit 0'], { stdio: 'ignore', env: environment });
      return candidate;
    } catch {}
  }
  return undefined;
}

/** Runs PowerShell scripts in one process. */
export class PowerShellServer {
  #process: ChildProcess | undefined;
  #lines: Interface | undefined;
  constructor(readonly program: string) {}

  /**
   * Runs a script.
   * @param args options begin with a hyphen, other arguments are passed as they are
   * @param settings the environment, in addition to that of the test
   */
  async run(
    file: string,
    args: readonly string[],
    settings: Readonly<Record<string, string>>,
  ): Promise<{ code: number; text: string }> {
    const { stdin, stdout } = this.#start();
    const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
    const command = ['&', quoted(file), ...args.map((arg) => (arg.startsWith('-') ? arg : quoted(arg)))].join(' ');
    this.#lines ??= createInterface(stdout);
    const answer = new Promise<string>((done) => this.#lines?.once('line', done));
    stdin.write(`${JSON.stringify({ command, environment: { ...environment, ...settings } })}\n`);
    return JSON.parse(await answer);
  }

  stop(): void {
    this.#lines?.close();
    this.#process?.kill();
    this.#process = undefined;
    this.#lines = undefined;
  }

  #start() {
    const file = path.resolve('test/support/powershell-server.ps1');
    this.#process ??= spawn(this.program, ['-NoProfile', '-NonInteractive', '-File', file], {
      env: environment,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { stdin, stdout } = this.#process;
    if (!stdin || !stdout) throw new Error('PowerShell has no streams.');
    return { stdin, stdout };
  }
}
