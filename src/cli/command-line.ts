import { readConfig } from '../config.js';
import type { Runtime } from '../runtime.js';
import { openRuntime } from './open-runtime.js';
import type { OfTenant } from './options.js';
import type { Screen } from './screen.js';

/** What every command works with. */
export interface CommandLine {
  readonly screen: Screen;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Is told the exit code of the command that ran. */
  end(exitCode: number): void;
}

/** Runs a command that needs storage or Graph, and closes both behind it. */
export async function withRuntime(
  { environment, end }: CommandLine,
  { tenant }: OfTenant,
  command: (runtime: Runtime) => Promise<number>,
): Promise<void> {
  const runtime = await openRuntime(readConfig(environment), environment, tenant);
  try {
    end(await command(runtime));
  } finally {
    await runtime.close();
  }
}
