import { readConfig } from '../config.js';
import type { Runtime } from '../runtime.js';
import { openRuntime } from './open-runtime.js';
import type { TenantOption } from './options.js';
import type { Screen } from './screen.js';

/** The input and output of every command. */
export interface CommandLine {
  readonly screen: Screen;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Replaces the environment for the rest of the command. */
  useEnvironment(environment: CommandLine['environment']): void;
  readonly signal: AbortSignal;
  /** Sets the exit code of the process. */
  end(exitCode: number): void;
}

/** The value of `--write`: the command may execute approved plans, as with REMEDIATION=on. */
export interface WriteOption {
  readonly write?: boolean;
}

/** The environment of a command with the option `--write`. */
export function environmentOf({ environment }: CommandLine, { write }: WriteOption): CommandLine['environment'] {
  return write ? { ...environment, REMEDIATION: 'on' } : environment;
}

/** Runs a command that needs storage or Graph, and closes both after it. */
export async function withRuntime(
  line: CommandLine,
  { tenant, ...options }: TenantOption & WriteOption,
  command: (runtime: Runtime) => Promise<number>,
): Promise<void> {
  const environment = environmentOf(line, options);
  const runtime = await openRuntime(readConfig(environment), environment, tenant);
  try {
    line.end(await command(runtime));
  } finally {
    await runtime.close();
  }
}
