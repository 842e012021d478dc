import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { embeddedFolder } from '../../src/cli/open-runtime.js';
import { embedAzurite } from '../../src/local/azurite/embed-azurite.js';

const entry = path.resolve('dist/cli.js');

/** What a command answered. */
export interface Answer {
  exitCode: number | null;
  out: string;
  log: string;
}

/** A working directory of its own, and the built command line in it. */
export interface Shell {
  readonly folder: string;
  /** Of the storage that is embedded there. */
  readonly connectionString: string;
  run(args: readonly string[], settings?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Starts a command and leaves it to the test. */
  start(args: readonly string[], settings?: Readonly<Record<string, string>>): ChildProcess;
  close(): Promise<void>;
}

export async function aShell(): Promise<Shell> {
  const folder = await mkdtemp(path.join(tmpdir(), 'consentinel-'));
  // The embedded storage lives as long as somebody uses it: held here, no command waits for it to start or stop.
  const held = await embedAzurite({ folder: path.join(folder, embeddedFolder) });
  const started = new Set<ChildProcess>();
  const start = (args: readonly string[], settings: Readonly<Record<string, string>> = {}) => {
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [entry, ...args], { cwd: folder, env: { PATH, HOME, ...settings } });
    started.add(child);
    child.once('exit', () => started.delete(child));
    return child;
  };
  return {
    folder,
    connectionString: held.connectionString,
    start,
    async run(args, settings) {
      const child = start(args, settings);
      let [out, log] = ['', ''];
      child.stdout?.setEncoding('utf8').on('data', (text) => (out += text));
      child.stderr?.setEncoding('utf8').on('data', (text) => (log += text));
      const [exitCode] = (await once(child, 'close')) as [number | null];
      return { exitCode, out, log };
    },
    async close() {
      for (const child of started) child.kill('SIGKILL');
      await Promise.all([...started].map((child) => once(child, 'exit')));
      await held.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}
