import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ConsentinelError } from '../model/errors.js';

/** Text in chunks, generated on demand. */
export type TextChunks = AsyncIterable<string>;

/** Writes to a stream with backpressure, and leaves it open. */
export async function writeToStream(
  stream: NodeJS.WritableStream,
  text: TextChunks,
  signal?: AbortSignal,
): Promise<void> {
  await withAbortReason(pipeline(Readable.from(text), stream, { end: false, ...(signal && { signal }) }), signal);
}

/**
 * Writes a file completely or not at all: to a temporary file in the same folder, which is then renamed. Only the owner
 * can read it, because a report shows how to attack the tenant.
 * @param options what gives the path, for messages. @default --out
 * @throws ConsentinelError `usage-invalid` where the path cannot be written
 */
export async function writeToFile(
  file: string,
  text: TextChunks,
  signal?: AbortSignal,
  { argument = '--out' } = {},
): Promise<void> {
  const target = await targetOf(file, argument);
  const temporary = besideFile(target, `.consentinel-${randomBytes(8).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    await withAbortReason(
      pipeline(Readable.from(text), handle.createWriteStream({ flush: true }), { ...(signal && { signal }) }),
      signal,
    );
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw unwritable(file, error, argument);
  }
}

/**
 * The path of another file in the folder of a file.
 * @param of the paths of a platform. On Windows `D:out.html` is in the current folder of drive D, not in its root.
 */
export function besideFile(file: string, name: string, of: path.PlatformPath = path): string {
  return of.join(of.dirname(of.resolve(file)), name);
}

/** The target of a symbolic link. Only a regular file may be replaced. */
async function targetOf(file: string, argument: string): Promise<string> {
  const target = await realpath(file).catch(() => file);
  const found = await stat(target).catch(() => undefined);
  if (found && !found.isFile()) {
    const what = found.isDirectory() ? 'a folder' : 'not a regular file';
    throw new ConsentinelError(
      'usage-invalid',
      `${file} is ${what}.`,
      argument === '--out' ? 'Give --out the path of a file, or - for stdout.' : 'Give the path of a file.',
    );
  }
  return target;
}

const remedies: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  ENOENT: ['its folder does not exist', 'Create the folder, or give --out another path.'],
  ENOTDIR: ['a part of the path is a file', 'Give --out a path below a folder.'],
  EACCES: ['you have no permission to write to its folder', 'Give --out a path in another folder.'],
  // Windows answers so too if another program, for example Excel, has the file open.
  EPERM: [
    'you have no permission to write to its folder, or another program has the file open',
    'Close the file, or give --out another path.',
  ],
  EBUSY: ['another program has the file open', 'Close the file, or give --out another path.'],
  EROFS: ['its file system is read-only', 'Give --out a path on another file system.'],
  ENAMETOOLONG: ['the name is too long', 'Give --out a shorter path.'],
  ENOSPC: ['the disk is full', 'Free some space, or give --out a path on another disk.'],
  EDQUOT: ['the disk quota is used up', 'Free some space, or give --out a path on another disk.'],
};

/** The error with its fix, where the file system caused it. */
function unwritable(file: string, error: unknown, argument: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  const known = syscall && code ? remedies[code] : undefined;
  if (!known) return error;
  return new ConsentinelError(
    'usage-invalid',
    `${file} cannot be written: ${known[0]}.`,
    known[1].replace('--out', argument),
    {
      cause: error,
    },
  );
}

/** Throws the reason of an abort instead of the error that it caused. */
async function withAbortReason(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  try {
    await work;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
