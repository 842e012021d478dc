import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Uses the storage of a folder until it is told to end, or is killed. */
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
 * The client as one file of ESM, as the product is bundled: Azurite stays outside, and is found from where the file is.
 * @returns its path
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

/** Another process that uses the storage of a folder. */
export interface Client {
  readonly process: ChildProcess;
  readonly connectionString: Promise<string>;
  /** Lets it close properly. */
  end(): Promise<void>;
  /** Ends it as `kill -9` does. */
  kill(): Promise<void>;
}

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
