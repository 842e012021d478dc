#!/usr/bin/env node
import '../wiring/bounded-heap.js';
import { CommanderError } from 'commander';
import { ConsentinelError, explain } from '../model/errors.js';
import { readableTimes } from '../model/text/readable-times.js';
import { safeLines } from '../model/text/safe-text.js';
import { environment } from '../runtime.js';
import type { CommandLine } from './command-line.js';
import { endProcess } from './end-process.js';
import { endingSignals } from './ending-signals.js';
import { createProgram } from './program.js';
import { processScreen, writeLine } from './screen.js';

const screen = processScreen(environment);
const interrupted = new AbortController();
for (const signal of endingSignals(process.platform)) {
  process.once(signal, () => interrupted.abort(new ConsentinelError('aborted', `Interrupted by ${signal}.`)));
}
// A reader can close the pipe early (`| head`): that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

void endProcess(await run());

async function run(): Promise<number> {
  let exitCode = 0;
  const end = (code: number) => {
    exitCode = code;
  };
  const line = {
    screen,
    environment: environment as CommandLine['environment'],
    signal: interrupted.signal,
    end,
    useEnvironment(used: CommandLine['environment']) {
      line.environment = used;
    },
  };
  const program = createProgram(line);
  try {
    await program.parseAsync(process.argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    writeLine(
      screen.log,
      safeLines(
        error instanceof ConsentinelError ? readableTimes(explain(error)) : String((error as Error)?.stack ?? error),
      ),
    );
    return error instanceof ConsentinelError && /^(config|usage)-/.test(error.code) ? 2 : 1;
  }
}
