import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ConsentinelError } from '../../model/errors.js';
import { type AttachedStorage, attachAzurite } from './attach-azurite.js';
import { discardState, readState } from './azurite-state.js';
import { spawnAzurite } from './spawn-azurite.js';

export interface EmbedOptions {
  /** Where the data and the state file are kept; made where it is missing, for this user only. */
  readonly folder: string;
  /** Keep no data once the last user has gone. @default false */
  readonly inMemory?: boolean;
}

/** Storage on this machine, in use by this process. */
export interface EmbeddedStorage {
  readonly connectionString: string;
  /** Ends the use. Where it is the last, this waits until the data is safely written. */
  close(): Promise<void>;
}

/** Loading Azurite takes a second, on a busy machine more; after so long something is wrong. */
const patienceMs = 60_000;

/**
 * Azurite for a folder, in a child process that all processes of this user share, and that ends with its last user.
 * The use ends with `close`, or with this process, however it dies; it does not keep the process alive.
 * @throws ConsentinelError `storage-unavailable` where Azurite is not installed or does not start
 */
export async function embedAzurite({ folder, inMemory = false }: EmbedOptions): Promise<EmbeddedStorage> {
  const azurite = findAzurite();
  const home = resolve(folder);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const patience = AbortSignal.timeout(patienceMs);
  while (!patience.aborted) {
    const attached = await authenticate(home, patience);
    if (attached) return attached;
    if (!(await readState(home))) await spawnAzurite({ folder: home, azurite, inMemory });
    await pause(20);
  }
  throw unanswered(home);
}

/** Joins the child that has the folder; undefined where there is none, or none any more. */
async function authenticate(home: string, patience: AbortSignal): Promise<AttachedStorage | undefined> {
  const state = await readState(home);
  if (!state) return undefined;
  const answer = await attachAzurite(state, patience);
  if (answer === 'gone') await discardState(home, state);
  return typeof answer === 'object' ? answer : undefined;
}

function findAzurite(): string {
  try {
    return createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js');
  } catch {
    throw new ConsentinelError(
      'storage-unavailable',
      'No storage is named, and Azurite, which would stand in for it on this machine, is not installed.',
      'Set AzureWebJobsStorage to a storage account, or run `npm install azurite`.',
    );
  }
}

function unanswered(home: string): ConsentinelError {
  return new ConsentinelError(
    'storage-unavailable',
    `The storage of ${home} is held by a process that has not answered for ${patienceMs / 1000} seconds.`,
    `End the process that ${home}/azurite.json names, remove that file, and run this again.`,
  );
}
