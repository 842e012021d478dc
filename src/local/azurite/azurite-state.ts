import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const stateSchema = z.object({ pid: z.int().positive(), controlPort: z.int().positive(), token: z.string().min(1) });

/** What the child that has a folder says of itself there. The account key is not part of it: it goes to clients only. */
export type AzuriteState = z.infer<typeof stateSchema>;

/** A state file that cannot be read: nobody answers to it. */
const unreadable = (text: string): AzuriteState => ({ pid: 0, controlPort: 0, token: text });

const stateFile = (folder: string) => join(folder, 'azurite.json');

/** The state file of a folder; undefined where there is none. */
export async function readState(folder: string): Promise<AzuriteState | undefined> {
  const text = await readFile(stateFile(folder), 'utf8').catch(unlessMissing);
  if (text === undefined) return undefined;
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch {
    return unreadable(text);
  }
}

/**
 * Removes the state file of a child that is gone, and only that: two processes may find it at the same moment, and the
 * slower one must not remove what the faster one has put in its place. So whoever removes it holds a guard named after
 * that very state, and looks again under the guard.
 */
export async function discardState(folder: string, stale: AzuriteState): Promise<void> {
  const guard = `${stateFile(folder)}.${createHash('sha256').update(stale.token).digest('hex').slice(0, 16)}`;
  try {
    await writeFile(guard, String(process.pid), { flag: 'wx', mode: 0o600 });
  } catch {
    return dropOrphan(guard);
  }
  try {
    if ((await readState(folder))?.token === stale.token) await rm(stateFile(folder), { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

/** A guard whose process died between two system calls guards nothing. */
async function dropOrphan(guard: string): Promise<void> {
  const pid = await readFile(guard, 'utf8').catch(unlessMissing);
  if (pid && !isRunning(Number(pid))) await rm(guard, { force: true });
}

/** True for a process of this machine that is alive, whoever owns it. */
export function isRunning(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
