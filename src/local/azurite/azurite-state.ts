import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const stateSchema = z.object({ pid: z.int().positive(), controlPort: z.int().positive(), token: z.string().min(1) });

/** The state file of the child process that has a folder. It has no account key: only clients get it. */
export type AzuriteState = z.infer<typeof stateSchema>;

/** The state for an unreadable file: no process has the id 0. */
const unreadable = (text: string): AzuriteState => ({ pid: 0, controlPort: 0, token: text });

const stateFile = (folder: string) => join(folder, 'azurite.json');

/** The state in a folder; undefined without a state file. */
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
 * Removes the state file of a child process that has ended. Two processes can find it at the same time, and the slower
 * one must not remove the new file of the faster one. So a process first creates a guard file named after the state,
 * then reads the state again, and then removes it.
 */
export async function discardState(folder: string, stale: AzuriteState): Promise<void> {
  const guard = `${stateFile(folder)}.${createHash('sha256').update(stale.token).digest('hex').slice(0, 16)}`;
  try {
    await writeFile(guard, String(process.pid), { flag: 'wx', mode: 0o600 });
  } catch {
    return removeOrphan(guard);
  }
  try {
    if ((await readState(folder))?.token === stale.token) await rm(stateFile(folder), { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

/** Removes a guard file whose process has ended. */
async function removeOrphan(guard: string): Promise<void> {
  const pid = await readFile(guard, 'utf8').catch(unlessMissing);
  if (pid && !isRunning(Number(pid))) await rm(guard, { force: true });
}

/** True for a running process of this machine, of any user. */
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
