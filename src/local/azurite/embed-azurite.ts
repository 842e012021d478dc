import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ConsentinelError } from '../../model/errors.js';
import { type AttachedStorage, attachAzurite } from './attach-azurite.js';
import { discardState, readState } from './azurite-state.js';
import { spawnAzurite } from './spawn-azurite.js';

/** The options of `embedAzurite`. */
export interface EmbedOptions {
  /** The folder of the data and the state file. It is created if missing, for this user only. */
  readonly folder: string;
  /** Keep no data after the last client. @default false */
  readonly inMemory?: boolean;
}

/** Storage on this machine that this process uses. */
export interface EmbeddedStorage {
  readonly connectionString: string;
  /** Ends the use. For the last client, it resolves after Azurite has saved the data. */
  close(): Promise<void>;
}

/** Azurite starts within a second, on a busy machine within several. */
const timeoutMs = 60_000;

/**
 * Runs Azurite for a folder in a child process. All processes of this user share the child, which ends after its last
 * client. The use ends with `close` or with this process, even after a crash. It does not keep this process running.
 * @throws ConsentinelError `storage-unavailable` if Azurite is not installed or does not start
 */
export async function embedAzurite({ folder, inMemory = false }: EmbedOptions): Promise<EmbeddedStorage> {
  const azurite = findAzurite();
  const path = resolve(folder);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const timeout = AbortSignal.timeout(timeoutMs);
  while (!timeout.aborted) {
    const attached = await join(path, timeout);
    if (attached) return attached;
    if (!(await readState(path))) await spawnAzurite({ folder: path, azurite, inMemory });
    await pause(20);
  }
  throw unanswered(path);
}

/** Connects to the child process that has the folder; undefined if none runs. */
async function join(path: string, timeout: AbortSignal): Promise<AttachedStorage | undefined> {
  const state = await readState(path);
  if (!state) return undefined;
  const answer = await attachAzurite(state, timeout);
  if (answer === 'gone') await discardState(path, state);
  return typeof answer === 'object' ? answer : undefined;
}

function findAzurite(): string {
  try {
    return createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js');
  } catch {
    throw new ConsentinelError(
      'storage-unavailable',
      'No storage account is configured, and Azurite (the local storage) is not installed.',
      'Set AzureWebJobsStorage to a storage account, or run `npm install azurite`.',
    );
  }
}

function unanswered(path: string): ConsentinelError {
  return new ConsentinelError(
    'storage-unavailable',
    `A process that has not answered for ${timeoutMs / 1000} seconds uses the storage of ${path}.`,
    `End the process that ${path}/azurite.json names, delete that file, and run the command again.`,
  );
}
