import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bareEnvironment } from './bare-environment.js';

const entry = path.resolve('dist/cli.js');

/** The result of a command. */
export interface Answer {
  exitCode: number | null;
  /** The text on stdout. */
  out: string;
  /** The text on stderr. */
  log: string;
}

/** A new working directory with the built command line. */
export interface Shell {
  readonly folder: string;
  /** Runs a command to its end. */
  run(args: readonly string[], settings?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Starts a command and returns its process. */
  start(args: readonly string[], settings?: Readonly<Record<string, string>>): ChildProcess;
  /** Kills the commands that still run, and removes the directory. */
  close(): Promise<void>;
}

/** Makes a shell. Its commands get only `settings`, PATH and HOME as environment. */
export async function aShell(): Promise<Shell> {
  const folder = await mkdtemp(path.join(tmpdir(), 'consentinel-'));
  const started = new Set<ChildProcess>();
  const start = (args: readonly string[], settings: Readonly<Record<string, string>> = {}) => {
    const child = spawn(process.execPath, [entry, ...args], {
      cwd: folder,
      env: { ...bareEnvironment(), ...settings },
    });
    started.add(child);
    child.once('exit', () => started.delete(child));
    return child;
  };
  return {
    folder,
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
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}
