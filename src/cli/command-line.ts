import { readConfig } from '../config.js';
import type { Runtime } from '../runtime.js';
import { openRuntime } from './open-runtime.js';
import type { TenantOption } from './options.js';
import type { Screen } from './screen.js';

/** The input and output of every command. */
export interface CommandLine {
  readonly screen: Screen;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Sets the exit code of the process. */
  end(exitCode: number): void;
}

/** Runs a command that needs storage or Graph, and closes both after it. */
export async function withRuntime(
  { environment, end }: CommandLine,
  { tenant }: TenantOption,
  command: (runtime: Runtime) => Promise<number>,
): Promise<void> {
  const runtime = await openRuntime(readConfig(environment), environment, tenant);
  try {
    end(await command(runtime));
  } finally {
    await runtime.close();
  }
}
