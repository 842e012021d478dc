import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The program of a writer: it commits one finding after the other, and prints the id of each when it is committed. */
const program = `
import { TableFindingStore } from './src/storage/finding-store.ts';
import { openSqlite } from './src/storage/sqlite/open-sqlite.ts';
import { appearances } from './test/storage/examples.ts';
const [folder, from] = process.argv.slice(2);
const storage = await openSqlite(folder);
const store = new TableFindingStore(storage.findings, { ruleIds: ['no-a'] });
console.log('open');
for (let i = Number(from); ; i += 3) {
  const changes = appearances('no-a', 3, i);
  await store.commit(changes);
  console.log(changes.map(({ finding }) => finding.id).join(' '));
}`;

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A bundled program, beside the thread of SQLite, as in the product. */
export interface WriterProgram {
  start(folder: string, from: number): Writer;
  remove(): Promise<void>;
}

/** A process that writes. */
export interface Writer {
  readonly process: ChildProcess;
  /** The ids of the findings that it reported as committed. */
  readonly committed: readonly string[];
  /** Resolves when it has reported this number of lines, the first of which says that the file is open. */
  lines(count: number): Promise<void>;
  /** Kills it with SIGKILL. */
  kill(): Promise<void>;
}

/** Bundles the program of a writer. */
export async function writerProgram(): Promise<WriterProgram> {
  const folder = path.join(root, 'node_modules/.cache', `sqlite-writer-${process.pid}`);
  const outfile = path.join(folder, 'writer.mjs');
  await mkdir(folder, { recursive: true });
  await copyFile(path.join(root, 'src/storage/sqlite/sqlite-worker.js'), path.join(folder, 'sqlite-worker.js'));
  const stdin = { contents: program, resolveDir: root, loader: 'ts' } as const;
  await build({ stdin, outfile, bundle: true, format: 'esm', platform: 'node', external: ['libsql'] });
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  return {
    start: (data, from) => startWriter(outfile, data, from),
    remove: () => rm(folder, { recursive: true }),
  };
}

function startWriter(outfile: string, folder: string, from: number): Writer {
  const child = spawn(process.execPath, ['--no-warnings', outfile, folder, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'close');
  const committed: string[] = [];
  let seen = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    seen += 1;
    if (line !== 'open') committed.push(...line.split(' '));
    child.emit('reported');
  });
  return {
    process: child,
    committed,
    async lines(count) {
      while (seen < count) await once(child, 'reported');
    },
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
