import { setInterval as every } from 'node:timers/promises';

/** How often a process with open handles checks whether its output is written. */
const checkEveryMilliseconds = 500;

/**
 * Ends the process when its command is done. An open handle, such as a connection to a server that does not answer, does
 * not keep it alive. Output that the reader has not taken yet does.
 */
export async function endProcess(exitCode: number): Promise<void> {
  process.exitCode = exitCode;
  for await (const _ of every(checkEveryMilliseconds, undefined, { ref: false })) {
    if (process.stdout.writableLength + process.stderr.writableLength === 0) process.exit();
  }
}
