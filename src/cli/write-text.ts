import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ConsentinelError } from '../model/errors.js';

/** Text in pieces, none of which is made before the last one was taken. */
export type Pieces = AsyncIterable<string>;

/** Writes to a stream that stays open, as fast as it takes the text. */
export async function writeToStream(stream: NodeJS.WritableStream, text: Pieces, signal?: AbortSignal): Promise<void> {
  await unlessAborted(pipeline(Readable.from(text), stream, { end: false, ...(signal && { signal }) }), signal);
}

/**
 * Writes a file whole or not at all: next to its place first, then moved there. Only its owner may read it, for it
 * tells how to attack the tenant.
 * @throws ConsentinelError `usage-invalid` where the path cannot be written
 */
export async function writeToFile(file: string, text: Pieces, signal?: AbortSignal): Promise<void> {
  const target = await targetOf(file);
  const temporary = path.join(path.dirname(target), `.consentinel-${randomBytes(8).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    await unlessAborted(
      pipeline(Readable.from(text), handle.createWriteStream({ flush: true }), { ...(signal && { signal }) }),
      signal,
    );
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw unwritable(file, error);
  }
}

/** What a link leads to is replaced, not the link; nothing but a file is ever replaced. */
async function targetOf(file: string): Promise<string> {
  const target = await realpath(file).catch(() => file);
  const found = await stat(target).catch(() => undefined);
  if (found && !found.isFile()) {
    const what = found.isDirectory() ? 'a folder' : 'no regular file';
    throw new ConsentinelError(
      'usage-invalid',
      `${file} is ${what}.`,
      'Give --out the path of a file, or - for stdout.',
    );
  }
  return target;
}

const remedies: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  ENOENT: ['its folder does not exist', 'Make the folder, or give --out another path.'],
  ENOTDIR: ['a part of the path is a file', 'Give --out a path below a folder.'],
  EACCES: ['its folder may not be written', 'Give --out a path in a folder of yours.'],
  EPERM: ['its folder may not be written', 'Give --out a path in a folder of yours.'],
  EROFS: ['its file system is read-only', 'Give --out a path elsewhere.'],
  ENAMETOOLONG: ['the name is too long', 'Give --out a shorter path.'],
  ENOSPC: ['the disk is full', 'Free some space, or give --out a path elsewhere.'],
  EDQUOT: ['the disk quota is used up', 'Free some space, or give --out a path elsewhere.'],
};

/** The error for a person, where the file system is to blame. */
function unwritable(file: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  const known = syscall && code ? remedies[code] : undefined;
  if (!known) return error;
  return new ConsentinelError('usage-invalid', `${file} cannot be written: ${known[0]}.`, known[1], { cause: error });
}

/** An abort is told by its own reason, which says what interrupted. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  try {
    await work;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
