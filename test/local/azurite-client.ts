import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The program of a client: it uses the storage of a folder until it reads a line or is killed. */
const client = `
import { embedAzurite } from './src/local/azurite/embed-azurite.ts';
const storage = await embedAzurite({ folder: process.argv[2] });
console.log(storage.connectionString);
const alive = setInterval(() => {}, 1000);
process.stdin.once('data', async () => {
  await storage.close();
  clearInterval(alive);
  process.stdin.destroy();
});`;

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Bundles the client into one ESM file, like the product. Azurite is not part of it and is resolved from the file's
 * location.
 * @returns the path of the file
 */
export async function bundleClient(): Promise<string> {
  const outfile = join(root, 'node_modules', '.cache', `azurite-client-${process.pid}.mjs`);
  await build({
    stdin: { contents: client, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['azurite'],
  });
  return outfile;
}

/** A process that uses the storage of a folder. */
export interface Client {
  readonly process: ChildProcess;
  readonly connectionString: Promise<string>;
  /** Closes its storage and ends it. */
  end(): Promise<void>;
  /** Kills it with SIGKILL. */
  kill(): Promise<void>;
}

/** Starts the bundled client for a folder. */
export function startClient(bundle: string, folder: string): Client {
  const child = spawn(process.execPath, ['--no-warnings', bundle, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit').then(() => undefined);
  return {
    process: child,
    connectionString: once(child.stdout, 'data').then(([data]) => String(data).trim()),
    end: () => {
      child.stdin.write('end\n');
      return exit;
    },
    kill: () => {
      child.kill('SIGKILL');
      return exit;
    },
  };
}
